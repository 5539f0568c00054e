import Foundation
import TestSupport
import Testing

/// `examples/scenekit`, built with the program, run as a user runs it.
@Suite struct SceneKitExampleTests {
    private static let example = Program.folder.appending(path: "SceneList")

    /// The scenes that the program finds.
    @Test func scenesAreThoseOfTheProgram() throws {
        let film = try Films.scenes().path
        let example = try Program.run(Self.example, [film])
        #expect(example.status == 0 && example.errors.isEmpty)
        let arguments = ["segment", film, "--quiet", "--min-scene", "5", "--events", "scene"]
        let expected = try Program.run(arguments).events.map { scene in
            func number(_ name: String) -> Int { scene.fields[name] as? Int ?? -1 }
            func text(_ name: String) -> String {
                let seconds = scene.seconds(name) ?? -1
                let minutes = Int(seconds) / 60
                return String(format: "00:%02d:%06.3f", minutes, seconds - Double(60 * minutes))
            }
            let shots = number("last_shot") - number("first_shot") + 1
            return "\(number("index") + 1) \(text("start")) \(text("end")) \(shots)"
        }
        #expect(expected.count == 5)
        #expect(example.lines == expected)
    }

    /// One line and an exit status, and nothing of FFmpeg's.
    @Test func whatGoesWrongIsOneLine() throws {
        for (path, status) in [("/none.mp4", 66), (Fixtures.path("truncated.mp4"), 74)] {
            let outcome = try Program.run(Self.example, [path])
            #expect(outcome.status == Int32(status) && outcome.errorLines.count == 1, "\(outcome)")
        }
        #expect(try Program.run(Self.example, []).status == 64)
    }

    /// The page shows the example's own lines.
    @Test func pageShowsTheExample() throws {
        let page = try String(
            contentsOf: Program.repository.appending(path: "docs/how-to/use-from-swift.md"), encoding: .utf8)
        let source = try String(
            contentsOf: Program.repository.appending(path: "examples/scenekit/Sources/SceneList/main.swift"),
            encoding: .utf8)
        let blocks = page.split(separator: "```").filter { $0.hasPrefix("swift\n") }
        let shown = try #require(blocks.first { $0.contains("film.events") })
        for line in shown.split(separator: "\n").dropFirst() {
            #expect(source.contains(line.trimmingCharacters(in: .whitespaces)), "\(line)")
        }
    }
}
