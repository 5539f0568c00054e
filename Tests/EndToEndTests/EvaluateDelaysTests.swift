import Foundation
import TestSupport
import Testing

/// Accuracy against delay: one reading of a film, decided in several ways.
@Suite struct EvaluateDelaysTests {
    private func labels() throws -> String {
        try EvaluateCommandTests.file("cuts.json", #"{"fps":25,"boundaries":[165,290]}"#)
    }

    /// Each row has the figures of a run of its own with that option.
    @Test(arguments: [
        ("2 neighbors", ["--neighbors", "2"]), ("8 neighbors", ["--neighbors", "8"]),
        ("deadline 7 s", ["--deadline", "7"]),
    ])
    func rowsAreThoseOfRuns(name: String, options: [String]) throws {
        let (film, labels) = (Fixtures.path("cuts.mp4"), try labels())
        let all = try Program.run([
            "evaluate", "delays", film, "--truth", labels, "--neighbors", "2,8", "--deadlines", "7",
            "--min-scene", "1", "--json", "--quiet",
        ])
        #expect(all.status == 0, "\(all.errors)")
        let row = try EvaluateCommandTests.row(EvaluateCommandTests.object(all), "delays") {
            $0["variant"] as? String == name
        }
        let run = try Program.run(
            ["segment", film, "--quiet", "--split", "ticks", "--scores", "--min-scene", "1"] + options)
        let events = try Scratch.file("run.jsonl")
        try run.output.write(to: events, atomically: true, encoding: .utf8)
        let judged = try EvaluateCommandTests.object(
            Program.run(["evaluate", "--truth", labels, "--detected", events.path, "--json"]))
        for metric in ["ap", "f1", "miou"] {
            let figure = try EvaluateCommandTests.row(judged, "figures") {
                $0["metric"] as? String == metric && $0["scope"] as? String == "mean of films"
            }
            #expect(row[metric] as? Double == figure["value"] as? Double, "\(metric)")
        }
        let delays = run.events.filter { $0.type == "boundary" }.compactMap { $0.fields["delay"] as? Double }
        #expect(row["reported"] as? Int == delays.count && row["longest"] as? Double == delays.max())
        #expect(row["bound"] as? Double == run.events.first?.fields["delay_bound"] as? Double)
    }

    @Test func severalFilmsAndAPlot() throws {
        let plot = Scratch.path("delays.svg").path
        let folder = try Scratch.emptyFolder()
        for name in ["cuts", "cuts_hevc"] {
            try #"{"fps":25,"boundaries":[165,290]}"#.write(
                to: folder.appending(path: "\(name).json"), atomically: true, encoding: .utf8)
        }
        let run = try Program.run([
            "evaluate", "delays", Fixtures.path("cuts.mp4"), Fixtures.path("cuts_hevc.mp4"), "--truth",
            folder.path, "--model", "builtin:relational", "--neighbors", "1,3,20", "--deadlines", "10",
            "--plot", plot,
        ])
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.contains("films: 2") && run.output.contains("3 neighbors"))
        #expect(!run.output.contains("20 neighbors"), "the model was made for fewer")
        let svg = try String(contentsOfFile: plot, encoding: .utf8)
        #expect(svg.contains("<title>deadline 10 s</title>"))
    }

    @Test(arguments: [
        (["--neighbors", "0"], 64, "1 to 64"), (["--neighbors", "two"], 64, "whole number"),
        (["--deadlines", "1"], 64, "shot detector's lag"), (["--truth", "nowhere.json"], 66, "nowhere.json"),
        (["--write-calibration", "c.json", "--calibration", "d.json"], 64, "leave one out"),
        (["--write-calibration", "c.json", "--neighbors", "2,4"], 64, "leave --neighbors out"),
        (["--calibration", "nowhere.json"], 66, "nowhere.json"),
        (["--deadlines", "inf"], 64, "a duration is seconds"),
        (["--deadlines", "10,1e6"], 64, "up to 86400"),
        (["--deadlines", "10,1e300"], 64, "a duration is seconds"),
        (["--model", "builtin:relational", "--neighbors", "30", "--deadlines", "1"], 64, "lag"),
    ])
    func wrongOptionsAreOneLine(options: [String], status: Int32, says: String) throws {
        var arguments = ["evaluate", "delays", Fixtures.path("cuts.mp4")] + options
        if !options.contains("--truth") { arguments += ["--truth", try labels()] }
        let run = try Program.run(arguments)
        #expect(run.status == status && run.errors.contains(says), "\(run.errors)")
    }

    /// A model may look at fewer neighbors than it was made for, and answers sooner.
    @Test func modelsLookLessFarAhead() throws {
        func bound(_ neighbors: [String]) throws -> Double? {
            let run = try Program.run(
                [
                    "segment", Fixtures.path("cuts.mp4"), "--quiet", "--split", "ticks", "--model",
                    "builtin:relational",
                ] + neighbors)
            #expect(run.status == 0, "\(run.errors)")
            return run.events.first?.fields["delay_bound"] as? Double
        }
        #expect(try bound([]) == 95.36 && bound(["--neighbors", "2"]) == 35.36)
        let more = try Program.run([
            "segment", Fixtures.path("cuts.mp4"), "--model", "builtin:relational", "--neighbors", "9",
        ])
        #expect(more.status == 64 && more.errors.contains("8 at most"), "\(more.errors)")
    }

    /// With a calibration every event that has a score has the probability that its line gives, the score and
    /// the final boundary of a place the same; nothing else changes.
    @Test func aCalibrationGivesProbabilities() throws {
        let (film, labels) = (Fixtures.path("cuts.mp4"), try labels())
        let file = Scratch.path("calibration.json").path
        let made = try Program.run([
            "evaluate", "delays", film, "--truth", labels, "--write-calibration", file, "--deadlines", "7",
            "--json", "--quiet",
        ])
        #expect(made.status == 0, "\(made.errors)")
        let parsed = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: file)))
        let rows = try #require((parsed as? [String: Any])?["rows"] as? [[String: Any]])
        #expect(rows.compactMap { $0["right_shots"] as? Int } == Array(1...8))
        let options = [
            "segment", film, "--quiet", "--split", "ticks", "--scores", "--min-scene", "1", "--provisional",
        ]
        let plain = try Program.run(options)
        let run = try Program.run(options + ["--calibration", file])
        #expect(run.status == 0, "\(run.errors)")
        let added = try Regex(#""probability":0\.[0-9]{6},|,"probability":[01]\.[0-9]{6}"#)
        func lines(_ text: String) -> [String] {
            text.split(separator: "\n").filter { !$0.contains("\"stream_") }.map {
                String($0.replacing(added, with: ""))
            }
        }
        #expect(lines(run.output) == lines(plain.output))
        var parts: Set<Int> = []
        for event in run.events {
            let probability = event.fields["probability"] as? Double
            #expect((probability != nil) == ["boundary", "score"].contains(event.type))
            guard let probability, let closed = event.fields["right_shots"] as? Int else { continue }
            parts.insert(closed)
            let row = rows[max(closed, 1) - 1]
            let score = try #require(event.fields["score"] as? Double)
            let slope = try #require(row["slope"] as? Double)
            let inside = min(max(score, 0.01), 0.99)
            let logit = log(inside / (1 - inside)) * slope + (try #require(row["intercept"] as? Double))
            #expect(abs(probability - 1 / (1 + exp(-logit))) < 2e-5)
        }
        #expect(parts.count > 2)
        for boundary in run.events where boundary.fields["state"] as? String == "final" {
            let score = run.events.first { $0.type == "score" && $0.frame("at") == boundary.frame("at") }
            #expect(
                try #require(score).fields["probability"] as? Double
                    == boundary.fields["probability"] as? Double)
        }
        let first = try #require(run.events.first?.fields["options"] as? [String: Any])
        #expect((first["calibration"] as? String)?.count == 64)

        let checked = try Program.run([
            "evaluate", "delays", film, "--truth", labels, "--calibration", file, "--deadlines", "7",
            "--json", "--quiet",
        ])
        let row = try EvaluateCommandTests.row(EvaluateCommandTests.object(checked), "delays") {
            $0["variant"] as? String == "8 neighbors"
        }
        let (before, after) = (row["ece"] as? Double, row["ece_calibrated"] as? Double)
        #expect(try #require(before) > #require(after), "\(row)")
        for (arguments, status, says) in [
            (["segment", film, "--events", "shot"], 64, "leaves out"), (["score", "-"], 64, "scened embed"),
        ] {
            let run = try Program.run(arguments + ["--calibration", file])
            #expect(run.status == Int32(status) && run.errors.contains(says), "\(run.errors)")
        }
        let none = try EvaluateCommandTests.file("none.json", #"{"fps":25,"boundaries":[]}"#)
        let empty = try Program.run([
            "evaluate", "delays", film, "--truth", none, "--write-calibration", file + ".none",
        ])
        #expect(empty.status == 65 && !FileManager.default.fileExists(atPath: file + ".none"))
        let refused = try Program.run([
            "segment", film, "--calibration", file, "--model", "builtin:relational",
        ])
        #expect(
            refused.status == 65 && refused.errors.contains("scores are of relational"), "\(refused.errors)")
    }
}
