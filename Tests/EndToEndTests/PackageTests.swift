import Foundation
import TestSupport
import Testing

/// What packages hold: man pages and completions that the program tells of itself, and what is installed.
@Suite struct PackageTests {
    static let isDebian = ExternalTool.isThere("dpkg-deb")

    private static func text(_ path: String) throws -> String {
        try String(contentsOf: Program.repository.appending(path: path), encoding: .utf8)
    }

    private static func tool(_ path: String) -> String { Program.repository.appending(path: path).path }

    /// A small program in the place of ours, which has the size of its debugging symbols.
    private static let program = Result {
        let file = Scratch.path("scened")
        try Data("#!/bin/sh\nexec '\(Program.scened.path)' \"$@\"\n".utf8).write(to: file)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path)
        return file
    }

    /// An unpacked tarball without documentation: what `scripts/dist` puts there, and scripts/install.
    private static let tarball = Result {
        let folder = try Scratch.emptyFolder()
        let made = try ExternalTool.run(
            [tool("deploy/generated-files"), try program.get().path, folder.path],
            environment: ["SOURCE_DATE_EPOCH": "1767225600"])
        try #require(made.status == 0, "\(made.errors)")
        let files = FileManager.default
        try files.copyItem(at: try program.get(), to: folder.appending(path: "scened"))
        for path in ["README.md", "CHANGELOG.md", "LICENSE", "systemd", "schema"] {
            try files.copyItem(
                at: Program.repository.appending(path: path), to: folder.appending(path: path))
        }
        let deploy = ["brokers", "grafana", "kubernetes", "prometheus"].map { "deploy/\($0)" }
        for path in ["scripts/install", "docs/README.md", "examples/genres"] + deploy {
            let place = folder.appending(path: path)
            try files.createDirectory(
                at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
            try files.copyItem(at: Program.repository.appending(path: path), to: place)
        }
        return folder
    }

    private static func install(_ arguments: [String] = [], into root: URL) throws {
        let script = try tarball.get().appending(path: "scripts/install").path
        let done = try ExternalTool.run([script] + arguments, environment: ["DESTDIR": root.path])
        try #require(done.status == 0, "\(done.errors)")
    }

    private static func files(below folder: URL) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { path in
            var isFolder: ObjCBool = false
            let place = folder.appending(path: path).path
            return FileManager.default.fileExists(atPath: place, isDirectory: &isFolder)
                && !isFolder.boolValue
        }.sorted()
    }

    /// The commands that help shows, as their words behind `scened`.
    private static func commands() throws -> [[String]] {
        func below(_ node: [String: Any], _ words: [String]) -> [[String]] {
            let nodes = (node["subcommands"] as? [[String: Any]] ?? []).filter {
                $0["shouldDisplay"] as? Bool == true && $0["commandName"] as? String != "help"
            }
            return [words] + nodes.flatMap { below($0, words + [$0["commandName"] as? String ?? ""]) }
        }
        let outcome = try Program.run(["--experimental-dump-help"])
        let root = try #require(
            try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
        return below(try #require(root["command"] as? [String: Any]), [])
    }

    /// Each command has its page, each option and argument of its help an entry there, and each exit status
    /// one, too.
    @Test func everyOptionStandsInItsManPage() throws {
        let folder = try Self.tarball.get()
        let commands = try Self.commands()
        let names = commands.map { (["scened"] + $0).joined(separator: "-") }
        #expect(
            try Self.files(below: folder.appending(path: "man"))
                == (names.map { "man1/\($0).1" } + ["man5/scened.yaml.5"]).sorted())
        var count = 0
        for (name, words) in zip(names, commands) {
            let help = try Program.run(words + ["--help"]).output
            let page = try String(
                contentsOf: folder.appending(path: "man/man1/\(name).1"), encoding: .utf8
            ).replacing("\\-", with: "-")
            for line in help.matches(of: #/(?m)^  (-\S.*?)(?:  |$)/#) {
                for option in line.1.matches(of: #/(?:^|[ /])(--?[a-z][a-z0-9-]*)/#) {
                    count += 1
                    #expect(page.contains("\\fB\(option.1)\\fR"), "\(name): \(option.1)")
                }
            }
            for argument in help.matches(of: #/(?m)^  <([^>]+)>/#) {
                #expect(page.contains(".TP\n\\fI\(argument.1)\\fR"), "\(name): \(argument.1)")
            }
            let flat = help.replacing(/\s+/, with: " ")
            if let status = flat.firstMatch(of: #/Exit status:? ([0-9].*?)\. /#) {
                for code in status.1.matches(of: #/(?:^|; )(\d+(?: or \d+)*) /#) {
                    #expect(page.contains(".TP\n.B \(code.1)\n"), "\(name): exit status \(code.1)")
                }
            }
            for other in commands where other.count == words.count + 1 && other.starts(with: words) {
                #expect(page.contains(".BR scened-\(other.joined(separator: "-")) (1)"), "\(name)")
            }
        }
        #expect(count > 150)
    }

    @Test func everyKeyStandsInItsManPage() throws {
        let page = try String(
            contentsOf: try Self.tarball.get().appending(path: "man/man5/scened.yaml.5"), encoding: .utf8
        ).replacing("\\-", with: "-")
        let keys = try Self.text("systemd/scened.yaml").matches(
            of: #/(?m)^[# ]*(?:- )?([a-z][a-z-]+):(?: |$)/#)
        #expect(keys.count > 50)
        for key in keys { #expect(page.contains("\(key.1):") || page.contains(".SS \(key.1)\n"), "\(key.1)") }
    }

    @Test(.enabled(if: ExternalTool.isThere("mandoc"), "mandoc is not installed"))
    func manPagesPleaseMandoc() throws {
        let folder = try Self.tarball.get().appending(path: "man")
        let pages = try Self.files(below: folder).map { folder.appending(path: $0).path }
        let judged = try ExternalTool.run(["mandoc", "-T", "lint"] + pages)
        #expect(judged.output == "" && judged.errors == "")
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func completionsAreScripts(_ shell: String) throws {
        guard ExternalTool.isThere(shell) else { return }
        let script = try Self.tarball.get().appending(path: "completions/scened.\(shell)")
        let text = try String(contentsOf: script, encoding: .utf8)
        #expect(text.contains("segment") && text.contains("scenes-per-hour") && !text.hasPrefix("#!"))
        let read = try ExternalTool.run([shell, "-n", script.path])
        #expect(read.status == 0 && read.errors == "")
    }

    @Test func uninstallLeavesOnlyWhatIsTheUsers() throws {
        let root = try Scratch.emptyFolder()
        try Self.install(into: root)
        let configuration = root.appending(path: "etc/scened/scened.yaml")
        try Data("mine\n".utf8).write(to: configuration)
        try Self.install(into: root)
        #expect(try String(contentsOf: configuration, encoding: .utf8) == "mine\n")
        let installed = Set(try Self.files(below: root))
        let units = [
            "scened.service", "scened@.service", "scened-shard@.service", "scened.socket",
            "scened-http.socket",
        ]
        let pages = try Self.commands().map { (["scened"] + $0).joined(separator: "-") }
        let wanted =
            ["etc/scened/scened.yaml", "usr/bin/scened", "usr/lib/sysusers.d/scened.conf"]
            + units.map { "usr/lib/systemd/system/\($0)" } + pages.map { "usr/share/man/man1/\($0).1.gz" }
            + [
                "usr/share/man/man5/scened.yaml.5.gz", "usr/share/bash-completion/completions/scened",
                "usr/share/fish/vendor_completions.d/scened.fish", "usr/share/doc/scened/docs/README.md",
                "usr/share/doc/scened/schema/events.schema.json",
                "usr/share/doc/scened/schema/corrections.schema.json", "usr/share/doc/scened/LICENSE",
                "usr/share/doc/scened/examples/brokers/publish-nats",
                "usr/share/doc/scened/examples/kubernetes/statefulset.yaml",
                "usr/share/doc/scened/examples/prometheus/scened.rules.yaml",
                "usr/share/doc/scened/examples/grafana/scened.json",
                "usr/share/scened/genres/film.tsv", "usr/share/scened/genres/broadcast.tsv",
            ]
        #expect(installed.isSuperset(of: wanted), "\(Set(wanted).subtracting(installed))")
        #expect(installed.contains { $0.hasPrefix("usr/share/zsh/") && $0.hasSuffix("/_scened") })
        let credentials = try FileManager.default.attributesOfItem(
            atPath: root.appending(path: "etc/scened/credentials").path)
        #expect(credentials[.posixPermissions] as? Int == 0o700)
        try Self.install(["--uninstall"], into: root)
        #expect(try Self.files(below: root) == ["etc/scened/scened.yaml"])
    }

    /// A file that cannot be installed ends the script with an error.
    @Test func aFileThatCannotBeInstalledIsAnError() throws {
        let root = try Scratch.emptyFolder()
        let doc = root.appending(path: "usr/share/doc/scened")
        try FileManager.default.createDirectory(at: doc, withIntermediateDirectories: true)
        try Data("no folder\n".utf8).write(to: doc.appending(path: "docs"))
        let script = try Self.tarball.get().appending(path: "scripts/install").path
        let done = try ExternalTool.run([script], environment: ["DESTDIR": root.path])
        #expect(done.status != 0 && done.errors.contains("doc/scened/docs"), "\(done.errors)")
    }

    /// `find -exec … \;` and `< <(…)` do not say how their commands ended.
    @Test(arguments: ["dist", "install"]) func noStepFailsUnseen(script: String) throws {
        let text = try Self.text("scripts/\(script)")
        #expect(text.contains("set -euo pipefail") && !text.contains(#"\;"#) && !text.contains("< <("))
    }

    /// Packs what is installed; other folders, another umask and another hour give the same bytes.
    @Test(.enabled(if: isDebian, "dpkg-deb is not installed"))
    func theDebianPackage() throws {
        var packages: [URL] = []
        for mask in ["022", "077"] {
            let (staging, out) = (try Scratch.emptyFolder(), try Scratch.emptyFolder())
            try Self.install(into: staging)
            let packed = try ExternalTool.run(
                [
                    "sh", "-c", "umask \(mask); exec \"$@\"", "sh", Self.tool("deploy/debian/pack"),
                    staging.path, "1.2.0-rc.1", "libc6 (>= 2.36)", out.path,
                ],
                environment: [
                    "SOURCE_DATE_EPOCH": "1767225600", "DEBFULLNAME": "A Maintainer",
                    "DEBEMAIL": "maintainer@debian.org",
                ])
            try #require(packed.status == 0, "\(packed.errors)")
            packages.append(
                URL(fileURLWithPath: packed.output.trimmingCharacters(in: .whitespacesAndNewlines)))
        }
        #expect(packages[0].lastPathComponent.hasPrefix("scened_1.2.0~rc.1_"))
        #expect(try Data(contentsOf: packages[0]) == Data(contentsOf: packages[1]))

        let fields = try ExternalTool.run(["dpkg-deb", "--field", packages[0].path]).output
        for field in [
            "Maintainer: A Maintainer <maintainer@debian.org>",
            "Depends: libc6 (>= 2.36), procps, systemd | systemd-standalone-sysusers | systemd-sysusers",
        ] { #expect(fields.contains(field + "\n"), "\(fields)") }
        let entries = try ExternalTool.run(["dpkg-deb", "--contents", packages[0].path]).output
            .split(separator: "\n")
        #expect(entries.allSatisfy { $0.contains(" root/root ") })
        #expect(entries.contains { $0.hasPrefix("drwx------") && $0.hasSuffix("./etc/scened/credentials/") })
        let control = try Scratch.emptyFolder()
        _ = try ExternalTool.run(["dpkg-deb", "--control", packages[0].path, control.path])
        #expect(
            try String(contentsOf: control.appending(path: "conffiles"), encoding: .utf8)
                == "/etc/scened/scened.yaml\n")
        for script in ["postinst", "prerm", "postrm"] {
            #expect(try ExternalTool.run(["sh", "-n", control.appending(path: script).path]).status == 0)
        }
    }

    /// Purging removes what the service made, and names the files that it leaves.
    @Test func purgeKeepsWhatTheAdministratorAdded() throws {
        let root = try Scratch.emptyFolder()
        let mine = "etc/scened/feeds.d/hall.yaml"
        let made = ["scened", "scened-feed/hall", "scened-shard/0"].map {
            "var/lib/private/\($0)/journal/hall/1.jsonl"
        }
        for path in made + ["var/lib/other/file", mine] {
            let file = root.appending(path: path)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data("x\n".utf8).write(to: file)
        }
        try FileManager.default.createSymbolicLink(
            atPath: root.appending(path: "var/lib/scened").path, withDestinationPath: "private/scened")
        let script = Self.tool("deploy/debian/postrm")
        for action in ["remove", "purge"] {
            let done = try ExternalTool.run(["sh", script, action], environment: ["DPKG_ROOT": root.path])
            #expect(done.status == 0, "\(done.errors)")
            #expect(done.output.contains(mine) == (action == "purge"))
        }
        #expect(try Self.files(below: root) == [mine, "var/lib/other/file"].sorted())
        let left = try FileManager.default.contentsOfDirectory(atPath: root.appending(path: "var/lib").path)
        #expect(left.sorted() == ["other", "private"])
    }

    /// Who runs the blocks of the page that tells how to install. tools/check/package-test runs those of a
    /// package in a fresh Debian; it names them by heading and place.
    @Test func everyBlockOfInstallIsRun() throws {
        let elsewhere = [
            "Sources": "a build from a fresh checkout: every run of the tests begins with one",
            "Make the packages": "a build of a quarter of an hour; package-test packs again what it made",
            "Container image": "needs a container engine and its registry",
        ]
        let test = try Self.text("tools/check/package-test")
        var heading = ""
        var places: [String: Int] = [:]
        for line in try Self.text("docs/how-to/install.md").split(separator: "\n") {
            if line.hasPrefix("#") { heading = String(line.drop { $0 == "#" || $0 == " " }) }
            guard line == "```sh" else { continue }
            let place = places[heading, default: 0]
            places[heading] = place + 1
            let isRun = test.contains("block $page \"\(heading)\" \(place) >")
            #expect(isRun != (elsewhere[heading] != nil), "block \(place) under \(heading)")
        }
        #expect(places.keys.filter { elsewhere[$0] != nil }.count == elsewhere.count)
        #expect(places.count > elsewhere.count)
    }
}
