import Foundation
import TestSupport
import Testing

/// The Python package of `clients/python`: its own tests, against the built program.
@Suite struct PythonClientTests {
    private static let client = Program.repository.appending(path: "clients/python").path

    @Test(
        .enabled(if: ExternalTool.isThere("python3"), "python3 is not installed"),
        arguments: ["test_events", "test_commands", "test_live", "test_package"])
    func itsTestsPass(module: String) throws {
        let result = try ExternalTool.run(
            [
                "python3", "-m", "unittest", "discover", "--top-level-directory", Self.client,
                "--start-directory", Self.client + "/tests", "--pattern", module + ".py",
            ],
            environment: ["SCENED": Program.scened.path, "PYTHONDONTWRITEBYTECODE": "1"])
        #expect(result.status == 0, "\(result.errors)")
        let count = result.errors.firstMatch(of: /Ran (\d+) tests? in/).flatMap { Int($0.1) }
        #expect((count ?? 0) > 3, "\(result.errors)")
        // None is left out, but for the types where mypy is not installed.
        let skipped = result.errors.firstMatch(of: /skipped=(\d+)/).flatMap { Int($0.1) } ?? 0
        #expect(skipped <= (module == "test_package" ? 1 : 0), "\(result.errors)")
    }
}
