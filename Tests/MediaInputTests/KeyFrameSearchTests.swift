import MediaInput
import Testing

/// Which pictures are decoded where each is a key frame, by what they show and how large they are.
@Suite struct KeyFrameSearchTests {
    /// Numbers of the pictures that a group of `tones` is given as; nil where it is decoded as a whole. The
    /// last tone is behind the group. Two pictures differ as their tones do.
    private static func decoded(_ tones: [Float], sizes: [Int]? = nil, failing: Int? = nil) -> [Int]? {
        KeyFrameSearch.keys(
            sizes: sizes ?? tones.map { _ in 1000 }, opening: 0, behind: tones.count - 1,
            decode: { $0 == failing ? nil : $0 }, difference: { abs(tones[$0] - tones[$1]) })
    }

    private static let still = [Float](repeating: 0.3, count: 25)

    @Test func oneOfSixIsEnoughOfAPlace() {
        #expect(Self.decoded(Self.still) == [0, 6, 12, 18])
        #expect(Self.decoded([0, 0]) == [0])
        // A group that the step does not divide.
        #expect(Self.decoded([Float](repeating: 0, count: 30)) == [0, 6, 12, 18, 24])
    }

    /// Both pictures at a cut are decoded, wherever it is.
    @Test(arguments: 1...24) func aCutIsFollowedDown(cut: Int) throws {
        let tones = (0..<25).map { Float($0 < cut ? 0 : 1) }
        let decoded = try #require(Self.decoded(tones))
        #expect(decoded.contains(cut - 1) && (cut == 24 || decoded.contains(cut)))
        #expect(decoded.count <= 4 + 3, "\(decoded)")
    }

    /// A picture that is larger than its neighbors may show something else.
    @Test(arguments: [7, 8, 9, 10, 11]) func aSizeThatStandsOutIsLookedAt(odd: Int) throws {
        var sizes = [Int](repeating: 1000, count: 25)
        sizes[odd] = 1250
        #expect(try #require(Self.decoded(Self.still, sizes: sizes)).contains(odd))
        sizes[odd] = 1150
        #expect(Self.decoded(Self.still, sizes: sizes) == [0, 6, 12, 18])
    }

    /// A dissolve, and one so slow that no six pictures of it tell.
    @Test func whatChangesSlowlyIsDecodedAsAWhole() {
        #expect(Self.decoded((0..<25).map { 0.03 * Float($0) }) == nil)
        #expect(Self.decoded((0..<25).map { 0.007 * Float($0) }) == nil)
        #expect(Self.decoded((0..<25).map { 0.005 * Float($0) }) == [0, 6, 12, 18])
    }

    /// Of a change in a part of the group, each picture is decoded; of one all through, the group.
    @Test func aShortChangeIsDecodedPictureByPicture() {
        let short = (0..<25).map { Float(0.1) * Float(min(max($0 - 6, 0), 6)) }
        #expect(Self.decoded(short) == [0, 6, 7, 8, 9, 10, 11, 12, 18])
        let long = (0..<25).map { Float(0.1) * Float(min(max($0 - 2, 0), 20)) }
        #expect(Self.decoded(long) == nil)
    }

    @Test(arguments: [6, 7, 9, 10]) func aPictureThatCannotBeDecodedLeavesTheGroup(failing: Int) {
        let tones = (0..<25).map { Float($0 < 8 ? 0 : 1) }
        // Nobody asks for the tenth.
        #expect(Self.decoded(tones, failing: failing) == (failing == 10 ? [0, 6, 7, 8, 9, 12, 18] : nil))
    }
}
