import Foundation
import TestSupport
import Testing

/// R11, R18, R19, R20 of docs/daemon.md under a real systemd: `SCENED_BOOT=1`, as root, with systemd-nspawn.
@Suite struct BootTests {
    @Test(
        .enabled(
            if: ProcessInfo.processInfo.environment["SCENED_BOOT"] == "1",
            "boots a container; set SCENED_BOOT=1 to run it"))
    func theUnitsBoot() throws {
        let result = try ExternalTool.run([Fixtures.root.appending(path: "scripts/boot-test").path])
        print(result.output)
        #expect(result.status == 0, "\(result.output)\n\(result.errors)")
    }
}
