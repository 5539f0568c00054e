internal import Platform
import ArgumentParser
import Glibc

/// What is said where the first words name no command: the nearest one, or what to do with a film.
enum CommandHint {
    /// A command whose subcommand is unknown, and the one line about it.
    struct Miss {
        var command: any ParsableCommand.Type
        var message: String
    }

    /// `words` with `segment` in front where they begin with a video: a file that is there, a URL, or a path.
    static func completed(_ words: [String], of root: any ParsableCommand.Type) -> [String] {
        guard let first = words.first, !first.hasPrefix("-"), first != "help" else { return words }
        let names = root.configuration.subcommands.map { $0._commandName }
        guard !names.contains(first) else { return words }
        let isThere = FileName.withBytes(first) { access($0, F_OK) } == 0
        let looksSo = first.contains { "./:".contains($0) }
        return isThere || looksSo ? ["segment"] + words : words
    }

    /// What to do about several films where one is meant; nil for any other error.
    ///
    /// - Parameters:
    ///   - message: what the parser says.
    ///   - words: what the program was given.
    /// - Returns: one line.
    static func severalFilms(_ message: String, _ words: [String]) -> String? {
        guard message.lowercased().contains("unexpected argument"), words.first == "segment",
            let film = words.last(where: { message.contains("'\($0)'") }),
            FileName.withBytes(film, { access($0, F_OK) }) == 0
        else { return nil }
        return "one film at a time, and '\(film)' is another: for film in *.mp4; do scened \"$film\"; done"
    }

    /// The parser's message with the values that an option takes on one line; nil where it lists none on
    /// lines of their own.
    static func folded(_ message: String) -> String? {
        let mark = " Please provide one of the following:\n"
        guard let start = message.firstRange(of: mark) else { return nil }
        let rest = message[start.upperBound...].split(separator: "\n", omittingEmptySubsequences: false)
        let values = rest.prefix { $0.hasPrefix("  - ") }.map { $0.dropFirst(4) }
        guard !values.isEmpty else { return nil }
        let behind = rest.dropFirst(values.count).map { "\n" + $0 }.joined()
        return message[..<start.lowerBound] + " Please provide one of " + values.joined(separator: ", ") + "."
            + behind
    }

    /// Walks down the commands that `words` (without the program's name) name; options end the walk. nil
    /// where all are known.
    static func miss(_ words: [String], of root: any ParsableCommand.Type) -> Miss? {
        var command = root
        for word in words {
            let configuration = command.configuration
            let known = configuration.subcommands
            guard !known.isEmpty, !word.hasPrefix("-"), word != "help" else { return nil }
            if let next = known.first(where: { $0._commandName == word }) {
                command = next
                continue
            }
            guard configuration.defaultSubcommand == nil else { return nil }
            let names = known.filter { $0.configuration.shouldDisplay }.map { $0._commandName }
            return Miss(command: command, message: message(word, names, isRoot: command == root))
        }
        return nil
    }

    private static func message(_ word: String, _ names: [String], isRoot: Bool) -> String {
        if let near = names.map({ ($0, distance(word, $0)) }).min(by: { $0.1 < $1.1 }), near.1 <= 2 {
            return "'\(word)' is not a command; did you mean '\(near.0)'?"
        }
        if isRoot {
            return "'\(word)' is neither a command nor a file; commands are \(names.joined(separator: ", "))"
        }
        return "'\(word)' is not a command; choose \(names.joined(separator: ", "))"
    }

    /// Letters to add, take away or exchange (Levenshtein).
    private static func distance(_ first: String, _ second: String) -> Int {
        let (first, second) = (Array(first.utf8.prefix(64)), Array(second.utf8))
        var row = Array(0...second.count)
        for (line, letter) in first.enumerated() {
            var diagonal = row[0]
            row[0] = line + 1
            for (column, other) in second.enumerated() {
                let changed = diagonal + (letter == other ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(changed, diagonal + 1, row[column] + 1)
            }
        }
        return row[second.count]
    }
}
