import Foundation
import Testing
import TextFiles

/// Durations as people write them. The page of a catalogue is tested with the same cases.
@Suite struct DurationTextTests {
    /// Texts, each with its seconds, or null where it is no duration.
    private static func cases() throws -> [(text: String, seconds: Double?)] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
        let file = folder.appending(path: "../../fixtures/durations.json")
        let rows = try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [[Any]]
        return try #require(rows).map { row in
            (try #require(row.first as? String), (row.last as? NSNumber)?.doubleValue)
        }
    }

    @Test func seconds() throws {
        let cases = try Self.cases()
        #expect(cases.count { $0.seconds != nil } > 20 && cases.count { $0.seconds == nil } > 20)
        for (text, wanted) in cases { #expect(DurationText.seconds(text) == wanted, "\(text)") }
    }

    /// The range is for those to check who take one.
    @Test func signs() { #expect(DurationText.seconds("-5") == -5) }
}
