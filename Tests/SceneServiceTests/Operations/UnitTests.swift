import Foundation
import TestSupport
import Testing

/// systemd's own judgment of the unit files.
@Suite(.enabled(if: ExternalTool.isThere("systemd-analyze"), "systemd-analyze is not installed"))
struct UnitTests {
    static let units = [
        "scened.service", "scened@.service", "scened-shard@.service", "scened.socket", "scened-http.socket",
    ]

    /// A folder with the units, their program replaced by one that is there.
    private func folder() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        for unit in Self.units {
            let text = try String(
                contentsOf: Fixtures.root.appending(path: "systemd/\(unit)"), encoding: .utf8)
            try Data(text.replacingOccurrences(of: "/usr/bin/scened", with: "/bin/true").utf8)
                .write(to: URL(fileURLWithPath: "\(folder.path)/\(unit)"))
        }
        for (unit, instance) in [
            ("scened@.service", "scened@demo.service"), ("scened-shard@.service", "scened-shard@3.service"),
        ] {
            try FileManager.default.copyItem(
                atPath: "\(folder.path)/\(unit)", toPath: "\(folder.path)/\(instance)")
        }
        return folder
    }

    /// systemd-analyze says what it does not know on standard error and succeeds all the same.
    @Test func verifyIsSilent() throws {
        let folder = try folder()
        let paths = [
            "scened.service", "scened@demo.service", "scened-shard@3.service", "scened.socket",
            "scened-http.socket",
        ].map { "\(folder.path)/\($0)" }
        let result = try ExternalTool.run(["systemd-analyze", "verify", "--man=no"] + paths)
        #expect(result.status == 0)
        #expect(result.errors == "")
    }

    @Test(arguments: ["scened.service", "scened@demo.service", "scened-shard@3.service"])
    func exposureIsAtMost1Point2(_ unit: String) throws {
        let folder = try folder()
        let result = try ExternalTool.run([
            "systemd-analyze", "security", "--offline=true", "--no-pager", "--threshold=12",
            "\(folder.path)/\(unit)",
        ])
        #expect(result.status == 0, "\(result.output.split(separator: "\n").last ?? "")")
    }

    /// systemd keeps the state of a service with a user of its own behind a link, and cannot make folders
    /// behind the link of another. Purging removes them all.
    @Test func noUnitsFolderStandsInAnothers() throws {
        let postrm = try String(
            contentsOf: Fixtures.root.appending(path: "deploy/debian/postrm"), encoding: .utf8)
        let purged = try #require(postrm.firstMatch(of: /for name in ([a-z -]+); do/)).1
        for key in ["StateDirectory=", "RuntimeDirectory="] {
            let names = try ["scened.service", "scened@.service", "scened-shard@.service"].map { unit in
                let text = try String(
                    contentsOf: Fixtures.root.appending(path: "systemd/\(unit)"), encoding: .utf8)
                let line = try #require(text.split(separator: "\n").first { $0.hasPrefix(key) })
                return String(line.dropFirst(key.count).prefix { $0 != "/" })
            }
            #expect(Set(names).count == names.count, "\(key)\(names)")
            #expect(Set(names) == Set(purged.split(separator: " ").map(String.init)), "\(key)\(names)")
        }
    }

    @Test func allServicesAreHardenedAlike() throws {
        let bodies = try ["scened.service", "scened@.service", "scened-shard@.service"].map { unit in
            let text = try String(
                contentsOf: Fixtures.root.appending(path: "systemd/\(unit)"), encoding: .utf8)
            return text.components(separatedBy: "# Hardening").last
        }
        #expect(bodies[0] == bodies[1] && bodies[0] == bodies[2])
        #expect(bodies[0]?.contains("MemoryDenyWriteExecute=yes") == true)
    }
}
