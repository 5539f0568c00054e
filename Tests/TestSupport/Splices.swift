import Foundation

/// Transport streams with SCTE-35 messages in them, made by `tools/rig/splices.py`.
package enum Splices {
    /// Writes a clip of `Fixtures` with messages to `path`; `cues` are Python expressions of `Cue`s. Gives
    /// for each message the seconds of the picture whose packet follows it.
    package static func inject(_ cues: [String], into clip: String, as path: String) throws -> [Double] {
        let program = """
            import json, sys
            sys.path.insert(0, sys.argv[1])
            from rig.splices import *
            print(json.dumps(inject(sys.argv[2], sys.argv[3], [\(cues.joined(separator: ", "))])))
            """
        let tools = Fixtures.root.appending(path: "tools").path
        let result = try ExternalTool.run(
            ["python3", "-B", "-c", program, tools, Fixtures.path(clip), path])
        guard result.status == 0 else { throw CocoaError(.fileWriteUnknown, userInfo: ["": result.errors]) }
        return try JSONDecoder().decode([Double].self, from: Data(result.output.utf8))
    }
}
