import Foundation
import Testing

/// Tables of commands and configurations that are refused, and by which words.
enum Refusals {
    /// Runs each command: it exits with `status`, says `text` among its errors, and writes nothing else.
    static func check(_ cases: [(arguments: [String], status: Int32, text: String)]) throws {
        for (arguments, status, text) in cases {
            let outcome = try Program.run(arguments)
            #expect(
                outcome.status == status && outcome.errors.contains(text) && outcome.output.isEmpty,
                "\(arguments): \(outcome.status) \(outcome.errors)")
        }
    }

    /// Checks a configuration with one feed of `film` that also has `keys`: `check-config` exits with
    /// `status` and says `text`; an empty text is any.
    static func checkConfigurations(
        of film: String, _ cases: [(keys: String, status: Int32, text: String)]
    ) throws {
        for (keys, status, text) in cases {
            let site = try RunSite([("one", film)])
            let written = try String(contentsOf: site.file, encoding: .utf8)
            try (written + "\n    \(keys)\n").write(to: site.file, atomically: true, encoding: .utf8)
            let outcome = try Program.run(["check-config", site.file.path])
            #expect(
                outcome.status == status
                    && (text.isEmpty || (outcome.errors + outcome.output).contains(text)),
                "\(keys): \(outcome.status) \(outcome.errors)")
        }
    }
}
