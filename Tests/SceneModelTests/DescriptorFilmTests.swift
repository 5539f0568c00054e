import Foundation
import SceneModel
import SceneSegmentation
import Testing
import Timeline

/// The descriptor and the scorer together on real films at known cuts (docs/measurements/coherence.md says
/// how the folder is made). Runs only where SCENED_ANALYSIS_PICTURES names a folder with, per film, NAME.yuv
/// (analysis pictures) and NAME.cuts (first frames of shots; `d` before a dissolve's, `*` after a scene's
/// first).
@Suite(
    .enabled(
        if: CoherenceFixtures.pictureFolder != nil, "set SCENED_ANALYSIS_PICTURES to a folder of pictures"))
struct DescriptorFilmTests {
    @Test(arguments: ["tos", "cam"], [8, 4])
    func scenesSeparate(_ name: String, _ neighbors: Int) throws {
        let folder = try #require(CoherenceFixtures.pictureFolder)
        let data = [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name).yuv")))
        let frames = data.count / AnalysisPicture.byteCount
        let marks = try String(contentsOfFile: "\(folder)/\(name).cuts", encoding: .utf8).split(
            separator: " ")
        let starts = [0] + marks.compactMap { Int($0.trimming("d*\n")) }
        var encoder = DescriptorEncoder()
        var clock = Duration.zero
        var parts: [EncodedPart] = []
        for (index, start) in starts.enumerated() {
            let isSoft = index > 0 && marks[index - 1].hasPrefix("d")
            let isNextSoft = index < marks.count && marks[index].hasPrefix("d")
            let end = index + 1 < starts.count ? starts[index + 1] : frames
            let first = isSoft ? start + 10 : start
            let last = isNextSoft ? end - 11 : end - 1
            let count = encoder.input.sampling.pictureCount
            let keys = (0..<count).map { key -> Picture in
                let frame = first + (last - first) * key / max(count - 1, 1)
                let at = frame * AnalysisPicture.byteCount
                return Picture(
                    at: Instant(pts: Int64(frame)), duration: 1,
                    analysis: AnalysisPicture(planes: Array(data[at..<(at + AnalysisPicture.byteCount)])))
            }
            var motion = 0
            for frame in (first + 1)..<(last + 1) {
                let at = frame * AnalysisPicture.byteCount
                for offset in 0..<AnalysisPicture.lumaCount {
                    motion += abs(Int(data[at + offset]) - Int(data[at + offset - AnalysisPicture.byteCount]))
                }
            }
            let part = Part(
                index: index, shotIndex: index, start: Instant(pts: Int64(start)),
                end: Instant(pts: Int64(end)),
                duration: Double(end - start) / 24,
                entry: Transition(kind: isSoft ? .dissolve : .cut, score: Score(1)), isLastOfShot: true,
                keyFrames: keys,
                motion: Float(motion) / Float(AnalysisPicture.lumaCount) / Float(max(last - first, 1)) * 24)
            var embedding: [Float] = []
            var fastest = Duration.seconds(1)
            for _ in 0..<10 {
                fastest = min(fastest, ContinuousClock().measure { embedding = encoder.encode(part) })
            }
            clock += fastest
            parts.append(EncodedPart(part, embedding: embedding))
        }
        if let path = ProcessInfo.processInfo.environment["SCENED_DESCRIPTOR_OUTPUT"] {
            let values = parts.flatMap(\.embedding)
            try values.withUnsafeBytes { Data($0) }.write(to: URL(fileURLWithPath: "\(path)/\(name).f32"))
        }
        let scores = CoherenceFixtures.scores(
            parts, neighbors: neighbors, typicalDistance: DescriptorEncoder.typicalDistance)
        let labels = marks.map { $0.trimming("\n").hasSuffix("*") }
        let ranked = marks.indices.sorted { scores[$0] > scores[$1] }
        print(
            name, "K=\(neighbors)", "AP",
            CoherenceFixtures.averagePrecision(Array(scores.dropLast()), labels),
            clock / parts.count, "a part;",
            ranked.map { "\(marks[$0].trimming("\n")):\(Int((1000 * scores[$0]).rounded()))" }.joined(
                separator: " "))
    }
}

extension Substring {
    fileprivate func trimming(_ characters: String) -> String { filter { !characters.contains($0) } }
}
