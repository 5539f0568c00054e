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

/// The schema that the classes of the package mirror, against what the program writes with each of its
/// options.
@Suite(.enabled(if: ExternalTool.hasJSONSchema, "python3 with the module jsonschema is not installed"))
struct WrittenEventTests {
    private static let choices: [[String]] = [
        [], ["--vectors"], ["--repeats"], ["--sound"], ["--blocks", "--reasons"],
        ["--blocks", "--blocks-without", "mark,music"], ["--scores", "--reasons"], ["--intra-shot"],
        ["--provisional"], ["--no-cues"], ["--novelty-window", "30m"], ["--deadline", "30"],
        ["--scenes-per-hour", "20"], ["--similarity", "encoder,sound"], ["--model", "builtin:relational"],
        ["--speed", "auto"], ["--split", "none"],
    ]

    @Test(arguments: choices) func everyOptionFitsTheSchema(options: [String]) throws {
        let outcome = try Program.run(["segment", Fixtures.path("cuts.mp4"), "--quiet"] + options)
        #expect(outcome.status == 0 && outcome.lines.count > 5, "\(outcome.errors)")
        let program = """
            import json, sys
            from jsonschema import Draft202012Validator
            validator = Draft202012Validator(json.load(open(sys.argv[1])))
            for line in sys.stdin:
                for error in validator.iter_errors(json.loads(line)):
                    print(error.message[:200])
            """
        let schema = Program.repository.appending(path: "schema/events.schema.json").path
        let judged = try ExternalTool.run(["python3", "-c", program, schema], input: outcome.output)
        #expect(judged.status == 0 && judged.output == "", "\(judged.output)\(judged.errors)")
    }
}
