import Foundation
import TestSupport
import Testing

/// `scened evaluate`: the figures are those of the library; here is what the command makes of files and
/// flags.
@Suite struct EvaluateCommandTests {
    static func fixture(_ name: String) -> String {
        Program.repository.appendingPathComponent("fixtures/evaluation/\(name)").path
    }

    static func file(_ name: String, _ text: String) throws -> String {
        let file = try Scratch.file(name)
        try text.write(to: file, atomically: false, encoding: .utf8)
        return file.path
    }

    static func object(_ outcome: Program.Outcome) throws -> [String: Any] {
        let value = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
        return try #require(value as? [String: Any])
    }

    /// A row of a table of the report.
    static func row(
        _ report: [String: Any], _ table: String, where isWanted: ([String: Any]) -> Bool
    ) throws -> [String: Any] {
        let tables = try #require(report["tables"] as? [String: Any])
        let rows = try #require(tables[table] as? [[String: Any]])
        let found = rows.first(where: isWanted)
        return try #require(found)
    }

    @Test func scenesForPeopleAndPrograms() throws {
        let films = Self.fixture("films.json")
        let curve = Scratch.path("curve.svg")
        let arguments = [
            "evaluate", "--truth", films, "--detected", films, "--resamples", "100", "--seed", "1", "--curve",
            curve.path, "--threshold-curve", curve.path + ".f1",
        ]
        let text = try Program.run(arguments)
        #expect(text.status == 0 && text.errors.isEmpty, "\(text.errors)")
        try Golden.compare(text.output, with: "evaluation/scenes.txt")
        let file = Scratch.path("report.json")
        let json = try Program.run(
            arguments + ["--json", "--output", file.path, "--baseline", films])
        #expect(json.status == 0 && json.output.isEmpty)
        let written = try Data(contentsOf: file)
        let report = try #require(try JSONSerialization.jsonObject(with: written) as? [String: Any])
        let pooled = try Self.row(report, "figures") { $0["metric"] as? String == "ap" }
        // scikit-learn's figure, in fixtures/evaluation/figures.json.
        #expect(abs((pooled["value"] as? Double ?? 0) - 0.650594) < 1e-5)
        #expect(try Self.row(report, "differences") { _ in true }["difference"] as? Double == 0)
        for path in [curve.path, curve.path + ".f1"] {
            #expect(try String(contentsOfFile: path, encoding: .utf8).hasPrefix("<svg "))
        }
    }

    /// BaSSL's annotations and shot ranges with scores as a table.
    @Test func annotationsOfOthers() throws {
        let labels = (0..<6).map {
            "{\"video_id\":\"tt1\",\"shot_id\":\"000\($0)\",\"boundary_label\":\($0 % 3 == 2 ? 1 : 0)}\n"
        }
        let truth = try Self.file("anno.test.ndjson", labels.joined())
        let scores = "film,shot,score\n" + (0..<6).map { "tt1,\($0),0.\($0 % 3)5\n" }.joined()
        let detected = try Self.file("scores.csv", scores)
        let ranges = try Self.file("tt1.txt", (0..<6).map { "\($0 * 100) \($0 * 100 + 99) 1 2 3\n" }.joined())
        let arguments = ["evaluate", "scenes", "--truth", truth, "--detected", detected, "--json"]
        let report = try Self.object(
            try Program.run(arguments + ["--shot-ranges", ranges, "--threshold", "0.2"]))
        for (metric, value) in [("ap", 1.0), ("auc", 1), ("f1", 1), ("miou", 1)] {
            let row = try Self.row(report, "figures") { $0["metric"] as? String == metric }
            #expect(row["value"] as? Double == value, "\(metric)")
        }
        let without = try Self.object(try Program.run(arguments))
        let figures = (without["tables"] as? [String: Any])?["figures"] as? [[String: Any]] ?? []
        #expect(figures.contains { $0["metric"] as? String == "ap" })
        #expect(!figures.contains { $0["metric"] as? String == "miou" })
    }

    /// The whole way: a film, its events, its labels in time, and the embeddings of its shots.
    @Test func aFilmAgainstItsScenes() throws {
        let film = try Films.scenes().path
        let decisions = ["--quiet", "--neighbors", "3", "--min-scene", "2", "--threshold", "0.3"]
        let events = Scratch.path("events.jsonl").path
        #expect(try Program.run(["segment", film, "--scores", "--output", events] + decisions).status == 0)
        let text = try String(contentsOfFile: events, encoding: .utf8)
        let lines = text.split(separator: "\n").compactMap { Event(String($0)) }
        // What was found is taken for the truth.
        let starts = lines.filter { $0.type == "scene" }.compactMap { $0.seconds("start") }
        try #require(starts.count > 2)
        let truth = try Self.file(
            "labels.json",
            "{\"scenes\":[" + starts.map { "{\"start_s\":\($0)}" }.joined(separator: ",") + "]}")
        let record = Scratch.path("film.npz").path
        #expect(try Program.run(["embed", film, "--quiet", "--output", record]).status == 0)
        let report = try Self.object(
            try Program.run([
                "evaluate", "--truth", truth, "--detected", events, "--embeddings", record, "--json",
            ]))
        let f1 = try Self.row(report, "figures") { $0["metric"] as? String == "f1" }
        #expect(f1["value"] as? Double == 1)
        let overlap = try Self.row(report, "figures") { $0["metric"] as? String == "miou" }
        #expect((overlap["value"] as? Double ?? 0) > 0.999)
        let clusters = try Self.row(report, "clustering") { _ in true }
        #expect(clusters["metric"] as? String == "nmi" && clusters.keys.contains("value"))
        let other = Scratch.path("other.npz").path
        #expect(
            try Program.run(["embed", Fixtures.path("cuts.mp4"), "--quiet", "--output", other]).status == 0)
        let wrong = try Program.run([
            "evaluate", "--truth", truth, "--detected", events, "--embeddings", other,
        ])
        #expect(wrong.status == 65 && wrong.errors.contains("embed with the options"), "\(wrong.errors)")
    }

    @Test func shotsForPeopleAndPrograms() throws {
        let arguments = [
            "evaluate", "shots", "--truth", Self.fixture("film.cuts.json"), "--detected",
            Self.fixture("film.detected.txt"),
        ]
        let text = try Program.run(arguments)
        #expect(text.status == 0 && text.errors.isEmpty, "\(text.errors)")
        try Golden.compare(text.output, with: "evaluation/film.shots.txt")
        let report = try Self.object(try Program.run(arguments + ["--json", "--tolerance", "1"]))
        let hard = try Self.row(report, "figures") { $0["of"] as? String == "hard cuts" }
        #expect(hard["tolerance"] as? Int == 1 && hard["found"] as? Int == 2)
        #expect(try Self.row(report, "kinds") { $0["class"] as? String == "duplicate" }["hits"] as? Int == 1)
        let flash = try Self.row(report, "kinds") { $0["kind"] as? String == "flash" }
        #expect(flash["hits"] as? Int == 1)
    }

    /// What was detected against the truth that the clip was made with.
    @Test func detectedShots() throws {
        let truth = try Fixtures.truth("cuts.mp4")
        let labels = try Self.file("cuts.json", "{\"cuts\":\(truth.cuts)}")
        let events = Scratch.path("shots.jsonl").path
        let run = try Program.run(["shots", Fixtures.path("cuts.mp4"), "--quiet", "--output", events])
        #expect(run.status == 0)
        let report = try Self.object(
            try Program.run(["evaluate", "shots", "--truth", labels, "--detected", events, "--json"]))
        for of in ["hard cuts", "all"] {
            let row = try Self.row(report, "figures") { $0["of"] as? String == of }
            #expect(row["f1"] as? Double == 1)
        }
    }

    struct Case: CustomTestStringConvertible, Sendable {
        var arguments: [String]
        var status: Int32
        var message: String
        var testDescription: String { message }
    }

    @Test(arguments: [
        Case(
            arguments: ["--truth", "/nowhere/a", "--detected", "@films.json"], status: 66,
            message: "cannot read '/nowhere/a': No such file or directory"),
        Case(
            arguments: ["--truth", "@films.json", "--detected", "@curve.svg"], status: 65,
            message: "curve.svg:"),
        Case(
            arguments: ["--truth", "@films.json", "--detected", "@films.json", "--output", "/nowhere/x"],
            status: 73, message: "--output"),
        Case(
            arguments: ["--truth", "@films.json", "--detected", "@films.json", "--curve", "/nowhere/x"],
            status: 73, message: "--curve"),
        Case(
            arguments: [
                "--truth", "@films.json", "--detected", "@films.json", "--embeddings", "/nowhere/x.npz",
            ], status: 66, message: "/nowhere/x.npz"),
        Case(
            arguments: ["shots", "--truth", "/nowhere/a", "--detected", "@film.detected.txt"], status: 66,
            message: "/nowhere/a"),
        Case(
            arguments: ["shots", "--truth", "@film.cuts.json", "--detected", "@shots.txt"], status: 65,
            message: "is not a place in a film"),
        Case(
            arguments: ["shots", "--truth", "@film.detected.txt", "--detected", "@seconds.txt"], status: 65,
            message: "frame rate is unknown"),
    ])
    func faults(_ testCase: Case) throws {
        let seconds = try Self.file("seconds.txt", "1.5\n")
        let arguments = testCase.arguments.map { argument in
            argument == "@seconds.txt"
                ? seconds : argument.hasPrefix("@") ? Self.fixture(String(argument.dropFirst())) : argument
        }
        let outcome = try Program.run(["evaluate"] + arguments)
        #expect(outcome.status == testCase.status, "\(outcome.errors)")
        #expect(
            outcome.errorLines.count == 1 && outcome.errors.contains(testCase.message), "\(outcome.errors)")
    }

    @Test func wrongUsage() throws {
        for arguments in [
            ["--truth", "a"], ["--truth", "a", "--detected", "b", "--threshold", "2"],
            ["--truth", "a", "--detected", "b", "--resamples", "-1"],
            ["--truth", "a", "--detected", "b", "--tolerance", "nan"],
            ["shots", "--truth", "a", "b", "--detected", "c"], ["films"],
            ["shots", "--truth", "a", "--detected", "c", "--rate", "0"],
            ["shots", "--truth", "a", "--detected", "c", "--tolerance", "-2"],
        ] {
            let outcome = try Program.run(["evaluate"] + arguments)
            #expect(
                outcome.status == 64 && outcome.errors.contains("Usage:"), "\(arguments): \(outcome.errors)")
        }
    }
}
