import Foundation
import Testing

/// Checks event lines as `scened events check` does: each of them, and the rules between them.
enum Schema {
    static func check(_ outcome: Program.Outcome, partial: Bool = false) throws {
        try check(lines: outcome.lines, partial: partial)
    }

    static func check(lines: [String], partial: Bool = false) throws {
        let file = try Scratch.file("events.jsonl")
        try (lines.joined(separator: "\n") + "\n").write(to: file, atomically: false, encoding: .utf8)
        let outcome = try Program.run(["events", "check"] + (partial ? ["--partial"] : []) + [file.path])
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
    }
}
