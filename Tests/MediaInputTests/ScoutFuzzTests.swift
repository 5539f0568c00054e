import Foundation
import MediaInput
import Platform
import TestSupport
import Testing
import Timeline

/// Damaged inputs under `scout` end, and their pictures stand in order. `SCENED_FUZZ=100` for a hundred
/// mutations of each clip.
@Suite struct ScoutFuzzTests {
    @Test(.timeLimit(.minutes(30)), arguments: ScoutTests.kinds.map(\.name))
    func damageIsSurvived(name: String) throws {
        let kind = try #require(ScoutTests.kinds.first { $0.name == name })
        let bytes = try Fixtures.bytes(ScoutTests.film(name, kind.codec))
        var random = SeededGenerator(seed: 91)
        var (ends, refusals, skipped) = (0, 0, 0)
        for round in 0..<Fuzzing.rounds(3) {
            let file = FileManager.default.temporaryDirectory.appending(
                path: "scout-\(UUID().uuidString)-\(name)")
            try Data(Self.damaged(bytes, &random)).write(to: file)
            defer { try? FileManager.default.removeItem(at: file) }
            do {
                var options = MediaOptions.twoThreads
                options.plan = .scout
                let recording = try Recording(.url(file.path), options: options)
                let stamps = recording.pictures.map(\.at.pts)
                #expect(zip(stamps, stamps.dropFirst()).allSatisfy { $0 < $1 }, "\(name) \(round)")
                ends += 1
                skipped += recording.statistics.skippedPictures > 0 ? 1 : 0
            } catch is MediaError {
                refusals += 1
            }
        }
        print("damage under scout: \(name): \(ends) read, \(skipped) in part, \(refusals) refused")
    }

    /// One to six places are overwritten; every second time some are taken out, doubled or cut off.
    private static func damaged(_ bytes: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
        var result = bytes
        let ways = Bool.random(using: &random) ? 5 : 10
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            let place = Int.random(in: 0..<result.count, using: &random)
            let end = min(result.count, place + Int.random(in: 1...4000, using: &random))
            switch Int.random(in: 0..<ways, using: &random) {
            case 0..<5: for index in place..<end { result[index] = UInt8.random(in: 0...255, using: &random) }
            case 5, 6: result.removeSubrange(place..<end)
            case 7, 8: result.insert(contentsOf: Array(result[place..<end]), at: place)
            default: result.removeSubrange(max(place, result.count / 4)...)
            }
            if result.isEmpty { return [0] }
        }
        return result
    }
}
