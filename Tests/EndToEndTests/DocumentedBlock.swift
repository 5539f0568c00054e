import Foundation

/// A block of commands in the documentation, as it stands there.
struct DocumentedBlock {
    /// Path from the checkout's root.
    var page: String
    /// `sh` or `python`.
    var language: String
    var text: String
    /// What the page says that it prints: the `text` block that follows, before any other block of commands.
    var output: String?

    /// The blocks of commands of a page, in order.
    static func all(on page: String) throws -> [DocumentedBlock] {
        let text = try String(contentsOf: Program.repository.appending(path: page), encoding: .utf8)
        var blocks: [DocumentedBlock] = []
        var open: (language: String, lines: [Substring])?
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            guard let (language, lines) = open else {
                if line.hasPrefix("```") { open = (String(line.dropFirst(3)), []) }
                continue
            }
            guard line == "```" else {
                open?.lines.append(line)
                continue
            }
            let content = lines.joined(separator: "\n")
            if ["sh", "python"].contains(language) {
                blocks.append(DocumentedBlock(page: page, language: language, text: content))
            } else if language == "text", let last = blocks.indices.last, blocks[last].output == nil {
                blocks[last].output = content
            }
            open = nil
        }
        return blocks
    }

    /// Those of README and of all pages under `docs`.
    static func all() throws -> [DocumentedBlock] {
        let root = Program.repository.path + "/"
        return try Documentation.pages().flatMap { try all(on: String($0.path.dropFirst(root.count))) }
    }
}
