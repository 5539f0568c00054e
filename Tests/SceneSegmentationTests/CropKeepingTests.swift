import SceneSegmentation
import Testing
import Timeline

/// A key frame brings the pixels of its own picture, and pixels are kept no longer than its analysis picture.
@Suite struct CropKeepingTests {
    @Test(arguments: SplitRule.allCases) func keyFramesBringTheirOwnPixels(rule: SplitRule) {
        var assembler = PartAssembler(
            timeBase: SyntheticStream.timeBase, rule: rule, splitAfter: 2, minimumShotLength: 0.2,
            sampling: .keyFrames(3))
        var parts: [Part] = []
        func take(_ outputs: [PartAssembler.Output]) {
            for case .part(let part) in outputs { parts.append(part) }
        }
        var most = 0
        for number in 0..<600 {
            let picture = Picture(
                at: Instant(pts: Int64(number) * 40), duration: 40, analysis: SyntheticStream.analyses[0],
                views: [
                    Self.view: RGBPicture(
                        width: 1, height: 1, bytes: [UInt8(number / 256), UInt8(number % 256), 0])
                ])
            let cuts =
                [150, 162, 330].contains(number - 20)
                ? [
                    ShotCut(
                        at: Instant(pts: Int64(number - 20) * 40),
                        transition: Transition(kind: .cut, score: Score(1)))
                ]
                : []
            take(assembler.push(picture, cuts: cuts, horizon: picture.at.pts - 19 * 40))
            if let open = assembler.openPart() {
                #expect(
                    open.keyFrames.allSatisfy { $0.views[Self.view].map(Self.number) == Int($0.at.pts / 40) })
            }
            most = max(most, assembler.heldPictures)
        }
        take(assembler.finish(at: Instant(pts: 24_000), cuts: [], horizon: .max))
        #expect(parts.count >= 4)
        #expect(parts.allSatisfy { $0.keyFrames.count == 3 })
        for picture in parts.flatMap(\.keyFrames) {
            #expect(picture.views[Self.view].map(Self.number) == Int(picture.at.pts / 40))
        }
        #expect(most < 120)
    }

    private static let view = Picture.View.thumbnail(longestSide: 1)

    private static func number(_ crop: RGBPicture) -> Int { Int(crop.bytes[0]) * 256 + Int(crop.bytes[1]) }
}
