import Foundation
import TestSupport
import Testing

/// How blocks of commands of a page are run by a test: together, in order, in a fresh folder.
struct DocumentedRecipe: CustomTestStringConvertible, Sendable {
    /// How what is printed is compared with what the page says.
    enum Comparison {
        /// Each line of the page stands in what was printed, in order; `...` stands for anything.
        case lines
        /// The same, but numbers may differ.
        case shape
        case none
    }

    var page: String
    /// How the blocks begin; none: all of the page.
    var begins: [String] = []
    /// Shell lines before.
    var before = ""
    /// Parts of the blocks that a test cannot do as they stand, and what takes their place.
    var replacing: [(String, String)] = []
    /// Shell lines after, which fail where something is wrong.
    var after = ""
    var comparison = Comparison.none
    /// Beginnings of lines of the page that are not compared.
    var skips: [String] = []
    var needsNumPy = false

    var testDescription: String { ([page] + begins).joined(separator: ": ") }

    func blocks() throws -> [DocumentedBlock] {
        let all = try DocumentedBlock.all(on: page)
        return begins.isEmpty ? all : all.filter { block in begins.contains { block.text.hasPrefix($0) } }
    }

    /// Runs it. What it prints on both streams is the outcome's output.
    func run() throws -> (outcome: Program.Outcome, missing: [String], blocks: [DocumentedBlock]) {
        let blocks = try blocks()
        var script = blocks.map { block in
            block.language == "python"
                ? "python3 - <<'END_OF_BLOCK'\n\(block.text)\nEND_OF_BLOCK" : block.text
        }
        .joined(separator: "\n")
        var missing: [String] = []
        for (old, new) in replacing {
            if !script.contains(old) { missing.append(old) }
            script = script.replacingOccurrences(of: old, with: new)
        }
        let folder = try Scratch.emptyFolder()
        for (name, file) in [("film.mp4", "cuts.mp4"), ("film.mkv", "cuts.mkv")] {
            try FileManager.default.createSymbolicLink(
                at: folder.appending(path: name),
                withDestinationURL: URL(filePath: Fixtures.path(file)))
        }
        let lines = """
            set -e; set +o pipefail
            cd '\(folder.path)'
            trap 'kill -9 $(jobs -p) 2>/dev/null || true' EXIT
            ROOT='\(Program.repository.path)'
            \(before)
            \(script)
            \(after)
            """
        return (try Program.shell("exec 2>&1\n" + lines), missing, blocks)
    }

    /// The first line of the page that was not printed.
    func firstLineMissing(_ blocks: [DocumentedBlock], in printed: String) throws -> String? {
        guard comparison != .none else { return nil }
        var rest = printed.split(whereSeparator: \.isNewline)[...]
        for line in blocks.compactMap(\.output).joined(separator: "\n").split(separator: "\n")
        where line != "..." && !skips.contains(where: { line.hasPrefix($0) }) {
            let pattern = try Regex(Self.pattern(of: line, anyNumbers: comparison == .shape))
            guard let place = rest.firstIndex(where: { $0.wholeMatch(of: pattern) != nil }) else {
                return String(line)
            }
            rest = rest[(place + 1)...]
        }
        return nil
    }

    static func pattern(of line: Substring, anyNumbers: Bool) -> String {
        let word = #/\.\.\.|\s+|\b[0-9A-HJKMNP-TV-Z]{26}\b|\d+(?:[.:]\d+)*/#
        var pattern = ""
        var rest = line
        while let match = rest.firstMatch(of: word) {
            pattern += NSRegularExpression.escapedPattern(for: String(rest[..<match.range.lowerBound]))
            switch match.0 {
            case "...": pattern += ".*"
            case let space where space.allSatisfy(\.isWhitespace): pattern += "\\s+"
            case let name where name.count == 26: pattern += "[0-9A-Z]{26}"
            case let number:
                pattern +=
                    anyNumbers ? "[0-9.:]+" : NSRegularExpression.escapedPattern(for: String(number))
            }
            rest = rest[match.range.upperBound...]
        }
        return pattern + NSRegularExpression.escapedPattern(for: String(rest))
    }
}
