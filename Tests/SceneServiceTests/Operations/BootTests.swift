import Foundation
import TestSupport
import Testing

/// The units under a real systemd: start, stop, a frozen process, no secret in any output.
/// `SCENED_BOOT=1`, as root, with systemd-nspawn.
@Suite struct BootTests {
    @Test(
        .enabled(
            if: ProcessInfo.processInfo.environment["SCENED_BOOT"] == "1",
            "boots a container; set SCENED_BOOT=1 to run it"))
    func theUnitsBoot() throws {
        let result = try ExternalTool.run([Fixtures.root.appending(path: "tools/check/boot-test").path])
        print(result.output)
        #expect(result.status == 0, "\(result.output)\n\(result.errors)")
    }
}
