import Foundation

/// The commands that README gives, as they stand there.
enum Readme {
    /// The shell blocks under a heading, in order.
    static func blocks(under heading: String) throws -> [String] {
        let text = try String(
            contentsOf: Program.repository.appending(path: "README.md"), encoding: .utf8)
        var blocks: [String] = []
        var isThere = false
        var block: [Substring]?
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("## ") { isThere = line == "## \(heading)" }
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

    /// Runs a block as a user pastes it: in a folder that holds `film.mp4` and whatever `files` gives (name, path), with
    /// `scened` on the path. A command that fails ends it.
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
