import Foundation
import Testing

/// Texts under `fixtures` that results are compared with. `SCENED_UPDATE_GOLDENS=1` writes them anew.
package enum Golden {
    package static func compare(_ text: String, with name: String) throws {
        let file = Fixtures.root.appending(path: "fixtures/\(name)")
        if ProcessInfo.processInfo.environment["SCENED_UPDATE_GOLDENS"] == "1" {
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
        let golden = try String(decoding: Data(contentsOf: file), as: UTF8.self)
        #expect(Array(text.utf8) == Array(golden.utf8), "\(name) differs")
    }
}
