import Foundation

/// README and the pages under `docs`, and the commands that they give, as they stand there.
enum Documentation {
    /// README first, then the pages in order of their paths.
    static func pages() throws -> [URL] {
        let docs = Program.repository.appending(path: "docs")
        let paths = try FileManager.default.subpathsOfDirectory(atPath: docs.path).sorted()
        return [Program.repository.appending(path: "README.md")]
            + paths.filter { $0.hasSuffix(".md") }.map { docs.appending(path: $0) }
    }

    /// The text files below some of the checkout's files and folders, with their paths from there.
    static func texts(below places: [String]) throws -> [(path: String, text: String)] {
        var found: [(path: String, text: String)] = []
        for place in places {
            let root = Program.repository.appending(path: place).path
            let below = try? FileManager.default.subpathsOfDirectory(atPath: root).sorted()
            for path in below?.map({ "\(place)/\($0)" }) ?? [place] {
                let file = Program.repository.appending(path: path)
                guard let text = try? String(contentsOf: file, encoding: .utf8) else { continue }
                found.append((path, text))
            }
        }
        return found
    }

    /// Numbers of the contract's rules that comments cite, as in "contract 4" or "contract 5 to 7".
    static func citedRules(in text: String) -> [Int] {
        let joined = text.replacing(/\n\s*\/\/+ ?/, with: " ")
        return joined.matches(of: /[Cc]ontract (\d+(?:(?:,|,? and| to) \d+)*)/).flatMap { citation in
            citation.1.matches(of: /\d+/).compactMap { Int($0.0) }
        }
    }

    /// The shell blocks under a heading of the first or second level, in order; of the first page that has
    /// some.
    static func blocks(under heading: String) throws -> [String] {
        for page in try pages() {
            let blocks = blocks(under: heading, in: try String(contentsOf: page, encoding: .utf8))
            if !blocks.isEmpty { return blocks }
        }
        return []
    }

    /// What links may name on a page: its headings, as they are made into anchors.
    static func anchors(of text: String) -> Set<String> {
        let headings = text.split(separator: "\n").filter { $0.hasPrefix("#") }
        return Set(
            headings.map { heading in
                heading.drop { $0 == "#" || $0 == " " }.lowercased()
                    .filter { $0.isLetter || $0.isNumber || "_- ".contains($0) }
                    .replacingOccurrences(of: " ", with: "-")
            })
    }

    private static func blocks(under heading: String, in text: String) -> [String] {
        var blocks: [String] = []
        var isThere = false
        var block: [Substring]?
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("# ") || line.hasPrefix("## ") {
                isThere = block == nil ? line.drop { $0 == "#" } == " \(heading)" : isThere
            }
            guard isThere else { continue }
            if line == "```sh" {
                block = []
            } else if line == "```", let lines = block {
                blocks.append(lines.joined(separator: "\n"))
                block = nil
            } else {
                block?.append(line)
            }
        }
        return blocks
    }

    /// Runs a block as a user pastes it: in a folder that holds `film.mp4` and whatever `files` gives (name,
    /// path), with `scened` on the path. A command that fails ends it.
    static func paste(_ block: String, files: [(name: String, path: String)] = []) throws -> (
        outcome: Program.Outcome, folder: URL
    ) {
        let folder = Scratch.folder.appending(path: "pasted-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for file in files {
            let place = folder.appending(path: file.name)
            try FileManager.default.createDirectory(
                at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
            try FileManager.default.createSymbolicLink(
                at: place, withDestinationURL: URL(fileURLWithPath: file.path))
        }
        return (try Program.shell("set -e; cd '\(folder.path)'\n\(block)"), folder)
    }
}
