import Foundation
import TestSupport
import Testing

/// Every command in the documentation is run, or a reason says why not; and all name what the program knows.
@Suite struct DocumentedCommandTests {
    /// A new block of commands needs a line in `DocumentedCommands`, and a line there for `docs` its block.
    @Test func everyBlockIsRunOrSaysWhyNot() throws {
        let blocks = try DocumentedBlock.all()
        #expect(blocks.count > 40)
        var used: Set<String> = []
        for block in blocks {
            var ways: [String] = []
            for (page, begins, test) in DocumentedCommands.tested
            where block.page == page && block.text.hasPrefix(begins) {
                ways.append("\(page) \(begins) \(test)")
            }
            for (page, begins, reason) in DocumentedCommands.notRun
            where block.page == page || page.hasSuffix("/") && block.page.hasPrefix(page) {
                if block.text.hasPrefix(begins) { ways.append("\(page) \(begins) \(reason)") }
            }
            for recipe in DocumentedCommands.recipes where recipe.page == block.page {
                if recipe.begins.isEmpty || recipe.begins.contains(where: { block.text.hasPrefix($0) }) {
                    ways.append(recipe.testDescription)
                }
            }
            #expect(
                ways.count == 1, "\(block.page): \(ways), a line in DocumentedCommands for:\n\(block.text)")
            used.formUnion(ways)
        }
        let listed =
            DocumentedCommands.tested.map { "\($0.page) \($0.begins) \($0.test)" }
            + DocumentedCommands.notRun.map { "\($0.page) \($0.begins) \($0.reason)" }
            + DocumentedCommands.recipes.map(\.testDescription)
        let idle = Set(listed.filter { !$0.hasPrefix("README") }).subtracting(used)
        #expect(idle.isEmpty, "no such block: \(idle)")
        let sources = try Documentation.texts(below: ["Tests"]).filter { $0.path.hasSuffix(".swift") }
        for (_, _, test) in DocumentedCommands.tested {
            #expect(
                sources.contains { $0.text.contains("func \(test)(") || $0.text.contains("struct \(test) ") },
                "no test \(test)")
        }
    }

    /// Done as the page says, it works, and prints what the page says.
    @Test(arguments: DocumentedCommands.recipes.filter { !$0.needsNumPy })
    func runs(_ recipe: DocumentedRecipe) throws { try check(recipe) }

    @Test(
        .enabled(if: EmbedScoreTests.hasNumPy, "python3 with NumPy is absent"),
        arguments: DocumentedCommands.recipes.filter(\.needsNumPy))
    func runsWithNumPy(_ recipe: DocumentedRecipe) throws { try check(recipe) }

    private func check(_ recipe: DocumentedRecipe) throws {
        var recipe = recipe
        let ports = ["PORT_A", "PORT_B"].map { ($0, "\(LoopbackListener.freePort())") }
        recipe.replacing += recipe.replacing.contains { $0.1.contains("PORT_") } ? ports : []
        for (name, port) in ports { recipe.before = recipe.before.replacingOccurrences(of: name, with: port) }
        let (outcome, missing, blocks) = try recipe.run()
        #expect(!blocks.isEmpty && missing.isEmpty, "the page has no \(missing)")
        #expect(outcome.status == 0, "\(outcome.output)")
        let line = try recipe.firstLineMissing(blocks, in: outcome.output)
        #expect(line == nil, "not printed: \(line ?? "")\nprinted:\n\(outcome.output)")
    }

    @Test func linesAreCompared() throws {
        func matches(_ page: Substring, _ printed: String, anyNumbers: Bool = false) throws -> Bool {
            try printed.wholeMatch(of: Regex(DocumentedRecipe.pattern(of: page, anyNumbers: anyNumbers)))
                != nil
        }
        #expect(try matches("a  1.5 (b)", "a 1.5 (b)"))
        #expect(try !matches("a 1.5", "a 1.6"))
        #expect(try matches("a 1.5", "a 0:01.6", anyNumbers: true))
        #expect(try !matches("a 1.5", "b 1.5", anyNumbers: true))
        #expect(try matches("{\"t\":1,...,\"x\":2}", "{\"t\":1,\"y\":[],\"x\":2}"))
        #expect(try !matches("{\"t\":1,...,\"x\":2}", "{\"t\":1,\"y\":[]}"))
    }

    /// All blocks, those too that no test runs, are shell that can be read, and give commands options that
    /// they have.
    @Test func commandsAndOptionsAreKnown() throws {
        let commands = try KnownCommands()
        var count = 0
        for block in try DocumentedBlock.all() where block.language == "sh" {
            let file = try Scratch.file("block.sh")
            try block.text.write(to: file, atomically: false, encoding: .utf8)
            let outcome = try Program.shell("bash -n '\(file.path)'")
            #expect(outcome.status == 0, "\(block.page): \(outcome.errors)")
            for fault in commands.faults(in: block.text, count: &count) {
                Issue.record("\(block.page): \(fault)")
            }
        }
        #expect(count > 60)
        for page in try Documentation.pages() {
            let text = try String(contentsOf: page, encoding: .utf8)
            for code in text.matches(of: #/`(scened [^`]+)`/#) {
                for fault in commands.faults(in: String(code.1), count: &count) {
                    Issue.record("\(page.lastPathComponent): \(fault)")
                }
            }
        }
        var none = 0
        #expect(
            commands.faults(in: "scened segment a --treshold 1 | scened export -", count: &none).count == 1)
        #expect(commands.faults(in: "scened model inspect a", count: &none).count == 1)
        #expect(commands.faults(in: "scened model info a --json > b --x", count: &none).isEmpty)
        #expect(commands.faults(in: "scened batch a --output b -- --min-scene 1", count: &none).isEmpty)
        #expect(commands.faults(in: "scened batch a -- --output b --min-sceen 1", count: &none).count == 1)
    }
}

/// The commands of the program and the options of each, as it says itself.
struct KnownCommands {
    private final class Command {
        var options: Set<String> = []
        var children: [String: Command] = [:]
        var standard: String?
        var takesValue = false
    }

    private let root: Command

    init() throws {
        let dump = try Program.run(["--experimental-dump-help"])
        let object = try JSONSerialization.jsonObject(with: Data(dump.output.utf8)) as? [String: Any]
        root = Self.command(object?["command"] as? [String: Any] ?? [:])
    }

    private static func command(_ fields: [String: Any]) -> Command {
        let command = Command()
        for argument in fields["arguments"] as? [[String: Any]] ?? [] {
            for name in argument["names"] as? [[String: Any]] ?? [] {
                guard let word = name["name"] as? String else { continue }
                command.options.insert((name["kind"] as? String == "long" ? "--" : "-") + word)
            }
            if argument["kind"] as? String == "positional" { command.takesValue = true }
        }
        command.options.formUnion(["--help", "-h", "--version"])
        for child in fields["subcommands"] as? [[String: Any]] ?? [] {
            command.children[child["commandName"] as? String ?? ""] = Self.command(child)
        }
        command.standard = fields["defaultSubcommand"] as? String
        return command
    }

    /// What is wrong with the calls of scened in a piece of shell; `count` rises with each call.
    func faults(in shell: String, count: inout Int) -> [String] {
        var faults: [String] = []
        let joined = shell.replacing(#/\\\n\s*/#, with: " ").replacing(#/(?m)(^|\s)#.*$/#, with: "")
        for piece in joined.split(whereSeparator: { "|;&\n<>()`".contains($0) }) {
            let words = piece.split(separator: " ").map(String.init)
            guard let start = words.firstIndex(where: { $0 == "scened" || $0.hasSuffix("/scened") }) else {
                continue
            }
            // `grep scened`, `journalctl -u scened`: not a call.
            let leaders: Set<String> = ["do", "then", "sudo", "until", "exec", "nice", "{}"]
            let isCall = words[..<start].allSatisfy { word in
                leaders.contains(word) || word.contains("=") || word == "timeout" || word == "||"
                    || word == "["
                    || Int(word) != nil || word.hasPrefix("xargs") || word.hasPrefix("-")
                    || word == "\"$(nproc"
            }
            guard isCall, start + 1 < words.count else { continue }
            count += 1
            var rest = words[(start + 1)...]
            var command = root
            while let word = rest.first, let child = command.children[word] {
                command = child
                rest = rest.dropFirst()
            }
            // `scened film.mp4` is `scened segment film.mp4`.
            if command === root, let word = rest.first, word.contains("."),
                let child = command.children["segment"]
            {
                command = child
            }
            if let word = rest.first, !word.hasPrefix("-"), !command.takesValue, command.standard == nil,
                word.allSatisfy({ $0.isLetter }), word != word.uppercased()
            {
                faults.append("no such command: \(piece)")
            }
            var options = command.options
            if let name = command.standard, let child = command.children[name] {
                options.formUnion(child.options)
            }
            for word in rest where word.hasPrefix("-") && word != "-" && Double(word) == nil {
                // What stands there goes to another command.
                if word == "--", command === root.children["batch"], let segment = root.children["segment"] {
                    options = segment.options
                    continue
                }
                let name = word.prefix { $0 != "=" && $0 != "," && $0 != "|" }
                if !options.contains(String(name)) { faults.append("no option \(name): \(piece)") }
            }
        }
        return faults
    }
}
