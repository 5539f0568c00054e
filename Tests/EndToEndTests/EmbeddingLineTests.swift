import Foundation
import TestSupport
import Testing

/// Embeddings made elsewhere: JSON lines in, events without pts out.
@Suite struct EmbeddingLineTests {
    /// Three places of ten shots each, each shot near the direction of its place.
    static func lines(hole: Double = 0) -> [String] {
        (0..<30).map { shot in
            let start = Double(shot) * 4 + (shot >= 20 ? hole : 0)
            let vector = (0..<6).map { (axis: Int) -> Double in
                axis == 2 * (shot / 10) ? 1 : 0.01 * Double((shot * 7 + axis * 3) % 5)
            }
            return "{\"start\":\(start),\"end\":\(start + 3.96),\"embedding\":\(vector),\"other\":null}"
        }
    }

    static func score(_ lines: [String], _ arguments: [String] = []) throws -> Program.Outcome {
        let file = try Scratch.file("shots.jsonl")
        try (lines.joined(separator: "\n") + "\n").write(to: file, atomically: false, encoding: .utf8)
        return try Program.run(["score", file.path, "--quiet"] + arguments)
    }

    @Test func scenesOfThreePlaces() throws {
        let outcome = try Self.score(Self.lines(), ["--scores"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        try Schema.check(outcome)
        let boundaries = outcome.events.filter { $0.type == "boundary" }
        #expect(boundaries.compactMap { $0.seconds("at") } == [40, 80])
        #expect(boundaries.allSatisfy { ($0.fields["at"] as? [String: Any])?["pts"] is NSNull })
        #expect(outcome.events.count { $0.type == "score" } == 30)
        #expect(outcome.events.first?.fields["start_pts"] is NSNull)
        let starts = outcome.events.filter { $0.type == "shot" }.compactMap { $0.seconds("start") }
        #expect(starts == (0..<30).map { Double($0) * 4 })
    }

    @Test func aHoleIsAGap() throws {
        let outcome = try Self.score(Self.lines(hole: 30))
        try Schema.check(outcome)
        let gaps = outcome.events.filter { $0.type == "gap" }
        #expect(gaps.compactMap { $0.seconds("start") } == [79.96])
        #expect(gaps.compactMap { $0.seconds("end") } == [110])
        #expect(outcome.events.filter { $0.type == "boundary" }.compactMap { $0.seconds("at") } == [40])
    }

    /// Whole microseconds tell whether a second lies between two shots or in both, not binary fractions.
    @Test func aSecondIsOneEverywhere() throws {
        func score(_ times: [(Double, Double)]) throws -> Program.Outcome {
            try Self.score(
                times.map { "{\"start\":\($0),\"end\":\($1),\"embedding\":[1,0]}" }, ["--threshold", "1"])
        }
        for tenth in [1, 2, 4, 13, 41] {
            let end = Double(tenth) / 10
            let gap = try score([(0, end), (Double(tenth + 10) / 10, 20)])
            #expect(gap.events.count { $0.type == "gap" } == 1, "\(end): \(gap.errors)")
            let hole = try score([(0, end), (Double(tenth * 100_000 + 999_999) / 1e6, 20)])
            #expect(hole.status == 0 && !hole.events.contains { $0.type == "gap" }, "\(end)")
            let overlap = try score([(0, Double(tenth + 10) / 10), (end, 20)])
            #expect(overlap.status == 65 && overlap.errors.contains("before the shot in front"), "\(end)")
        }
    }

    /// Numbers nearer to zero than any Float are zero.
    @Test func smallNumbersAreZero() throws {
        let lines = ["1e-46", "1e-320", "0"].enumerated().map {
            "{\"start\":\($0),\"end\":\($0 + 1),\"embedding\":[\($1),1]}"
        }
        let outcome = try Self.score(lines, ["--scores"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let zeros = (0..<3).map { "{\"start\":\($0),\"end\":\($0 + 1),\"embedding\":[0,1]}" }
        #expect(Events.stable(outcome.lines) == Events.stable(try Self.score(zeros, ["--scores"]).lines))
    }

    /// What comes out can be exported, although it has no pts.
    @Test func exports() throws {
        let outcome = try Self.score(Self.lines())
        let events = try Scratch.file("events.jsonl")
        try outcome.output.write(to: events, atomically: false, encoding: .utf8)
        let chapters = try Program.run(["export", events.path, "--to", "webvtt"])
        #expect(chapters.status == 0, "\(chapters.errors)")
        #expect(chapters.output.contains("00:00:40.000 --> 00:01:20.000"))
    }

    /// An answer is there before the input has ended.
    @Test func answersWhileReading() throws {
        let lines = Self.lines().map { $0 + "\n" }
        let run = try LiveRun(["score", "-", "--quiet", "--neighbors", "2"])
        try run.write(Data(lines.prefix(15).joined().utf8))
        #expect(run.event { $0.type == "boundary" }?.seconds("at") == 40)
        try run.write(Data(lines.dropFirst(15).joined().utf8))
        try run.closeInput()
        #expect(try run.finish().status == 0)
        let whole = try Self.score(Self.lines(), ["--neighbors", "2"])
        #expect(Events.stable(run.events.map(\.line)) == Events.stable(whole.lines))
    }

    static let faults: [(String, String)] = [
        ("{\"start\":9,\"end\":12,\"embedding\":[1,2]}", "not 6"),
        ("{\"start\":9,\"end\":8,\"embedding\":[1,2,3,4,5,6]}", "start before its end"),
        ("{\"start\":5,\"end\":6,\"embedding\":[1,2,3,4,5,6]}", "before the shot in front"),
        ("{\"start\":9,\"end\":12,\"embedding\":[]}", "finite"), ("{\"start\":9,\"end\":12}", "SECONDS"),
        ("{\"start\":9,\"end\":12,\"embedding\":[1,2,3,4,5,1e99]}", "finite"),
        ("{\"start\":9,\"end\":12,\"embedding\":[1,2,3,4,5,3.5e38]}", "finite"),
        ("{\"start\":-5,\"end\":12,\"embedding\":[1,2,3,4,5,6]}", "a start below 0"), ("nonsense", "SECONDS"),
        ("{\"start\":1e300,\"end\":2e300,\"embedding\":[1,2,3,4,5,6]}", "start before"),
        (
            "{\"start\":9,\"end\":12,\"embeddings\":[[1,2,3,4,5,6],[1,2]]}",
            "of 6 and 2 numbers, not 6 as before"
        ),
        ("{\"start\":9,\"end\":12,\"embeddings\":[]}", "SECONDS"),
        ("{\"start\":9,\"end\":12,\"embeddings\":[[1,2,3,4,5,6],[]]}", "finite"),
        (
            "{\"start\":9,\"end\":12,\"embedding\":[1,2,3,4,5,6],\"embeddings\":[[1,2,3,4,5,6]]}",
            "both embedding and embeddings"
        ),
        ("{\"start\":9,\"end\":9.0000001,\"embedding\":[1,2,3,4,5,6]}", "microsecond"),
    ]

    @Test(arguments: faults)
    func faultsNameTheirLine(line: String, text: String) throws {
        let outcome = try Self.score(Array(Self.lines().prefix(2)) + [line])
        #expect(outcome.status == 65)
        #expect(outcome.errorLines.count == 1)
        #expect(outcome.errors.contains("line 3") && outcome.errors.contains(text), "\(outcome.errors)")
    }

    /// Several vectors a line are compared side by side; twice the same is once, and one in a list is one.
    @Test func severalVectors() throws {
        func lines(_ vectors: (Int) -> [[Double]]) -> [String] {
            (0..<30).map {
                "{\"start\":\(4 * $0),\"end\":\(4 * $0 + 4),\"embeddings\":\(vectors($0))}"
            }
        }
        func noise(_ shot: Int, _ place: Int) -> Double { 0.01 * Double((shot * 7 + place * 3) % 5) }
        func vector(_ shot: Int, _ here: Int) -> [Double] {
            (0..<6).map { $0 == here ? 1.0 : noise(shot, $0) }
        }
        func scores(_ outcome: Program.Outcome) -> [Double] {
            outcome.events.filter { $0.type == "score" }.compactMap { $0.fields["score"] as? Double }
        }
        let one = try Self.score(lines { [vector($0, $0 / 10)] }, ["--scores"])
        let twice = try Self.score(lines { [vector($0, $0 / 10), vector($0, $0 / 10)] }, ["--scores"])
        #expect(one.status == 0 && twice.status == 0, "\(one.errors)\(twice.errors)")
        try Schema.check(twice)
        #expect(scores(one) == scores(twice) && scores(one).count == 30)
        let model = twice.events.first?.fields["model"] as? [String: Any]
        #expect(model?["similarity"] as? [String] == ["embeddings", "embeddings"])
        #expect((one.events.first?.fields["model"] as? [String: Any])?["similarity"] == nil)
        // The first vector sees one place alone, the second all three.
        let both = try Self.score(lines { [vector($0, 0), vector($0, $0 / 10)] })
        #expect(both.events.filter { $0.type == "boundary" }.compactMap { $0.seconds("at") } == [40, 80])
        #expect(try !Self.score(lines { [vector($0, 0)] }).events.contains { $0.type == "boundary" })
        let related = try Self.score(
            lines { [vector($0, 0), vector($0, $0 / 10)] }, ["--model", "builtin:relational", "--scores"])
        #expect(related.status == 0 && scores(related).count == 30, "\(related.errors)")
        let names = (related.events.first?.fields["model"] as? [String: Any])?["similarity"] as? [String]
        #expect(names == ["embeddings", "embeddings"])
        let blind = try Self.score(
            lines { [vector($0, 0)] }, ["--model", "builtin:relational", "--scores"])
        #expect(scores(blind) != scores(related) && scores(blind).count == 30)
        // A network of embeddings takes one.
        let crn = Program.repository.appending(path: "fixtures/crn/k2.safetensors").path
        let network = try Self.score(
            lines { shot in (0..<2).map { vector(shot, $0) + vector(shot, $0) } }, ["--model", crn])
        #expect(
            network.status == 65
                && network.errors.contains("the network crn takes one; leave --model out"),
            "\(network.errors)")
        let beside = try Self.score(lines { [vector($0, 0)] }, ["--beside", "x.npz"])
        #expect(beside.status == 64 && beside.errors.contains("several embeddings in each JSON line"))
    }

    @Test(arguments: [["--deadline", "20"], ["--split", "thirds"], ["--min-shot", "1"], ["--intra-shot"]])
    func nothingIsSplit(flags: [String]) throws {
        let outcome = try Self.score(Self.lines(), flags)
        #expect(outcome.status == 64 && outcome.output.isEmpty)
    }
}
