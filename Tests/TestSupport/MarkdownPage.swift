import Foundation

/// A page of the documentation, as tests compare it with the program: sections, and the tables in them.
package struct MarkdownPage {
    package let text: String
    /// The text under each heading of any level.
    private let sections: [String: String]

    /// `path` is that from the checkout's root.
    package init(_ path: String) throws {
        text = try String(contentsOf: Fixtures.root.appending(path: path), encoding: .utf8)
        var sections: [String: String] = [:]
        var heading = ""
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("#") {
                heading = String(line.drop { $0 == "#" || $0 == " " })
            } else {
                sections[heading, default: ""] += line + "\n"
            }
        }
        self.sections = sections
    }

    /// The text under a heading; empty where there is none.
    package func section(_ heading: String) -> String { sections[heading] ?? "" }

    /// The cells of the rows under a heading, of the tables whose first column is called `head`.
    package func rows(_ heading: String, _ head: String) -> [[String]] {
        var rows: [[String]] = []
        var isThere = false
        for line in section(heading).split(separator: "\n", omittingEmptySubsequences: false) {
            guard line.hasPrefix("|") else {
                isThere = false
                continue
            }
            let cells = line.dropFirst().dropLast().split(separator: "|", omittingEmptySubsequences: false)
                .map { $0.trimmingCharacters(in: .whitespaces) }
            if isThere, !line.hasPrefix("|---") { rows.append(cells) }
            isThere = isThere || cells.first == head
        }
        return rows
    }

    /// What stands in the first column of these tables as code.
    package func names(_ heading: String, _ head: String) -> Set<String> {
        Set(rows(heading, head).flatMap { Self.code(in: $0[0]) })
    }

    /// The pieces of code in a text.
    package static func code(in text: String) -> [String] {
        text.matches(of: #/`([^`]+)`/#).map { String($0.1) }
    }
}
