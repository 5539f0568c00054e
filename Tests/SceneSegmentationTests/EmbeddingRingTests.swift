import SceneSegmentation
import Testing
import Timeline

@Suite struct EmbeddingRingTests {
    /// Parts 0, 1, 2 ... around each center, K = 2, for a stream of `count` parts.
    @Test(arguments: [
        (1, ["00000"]),
        (2, ["00011", "00111"]),
        (4, ["00012", "00123", "01233", "12333"]),
        (6, ["00012", "00123", "01234", "12345", "23455", "34555"]),
    ])
    func windowsAreClamped(count: Int, expected: [String]) {
        var ring = EmbeddingRing(neighborCount: 2)
        for _ in 0..<2 {
            // The second round: a flushed ring is as new.
            var drawn: [String] = []
            for index in 0..<count {
                if let window = ring.push(part(index)) {
                    #expect(window.repeatedRight == 0 && window.center.index == index - 2)
                    drawn.append(draw(window))
                }
            }
            for window in ring.finish() {
                #expect(window.repeatedRight == 3 - (count - window.center.index))
                drawn.append(draw(window))
            }
            #expect(drawn == expected)
        }
    }

    @Test func temporaryWindowsRepeatTheProvisionalPart() {
        var ring = EmbeddingRing(neighborCount: 2)
        for index in 0..<4 { _ = ring.push(part(index)) }
        #expect(draw(ring.window(center: 3, provisional: part(9))) == "12399")
        #expect(draw(ring.window(center: 2, provisional: part(9))) == "01239")
        #expect(draw(ring.window(center: 3, provisional: nil)) == "12333")
        #expect(ring.window(center: 3, provisional: part(9)).repeatedRight == 1)
        #expect(ring.rightCount(center: 2) == 1)
        #expect(ring.push(part(4)).map(draw) == "01234")
    }

    /// L = 4 and K = 1: more of the past than of the future, and no answer later.
    @Test func leftMemory() {
        var ring = EmbeddingRing(neighborCount: 1, leftCount: 4)
        for _ in 0..<2 {
            var drawn: [String] = []
            for index in 0..<8 {
                guard let window = ring.push(part(index)) else { continue }
                #expect(window.leftCount == 4 && window.neighborCount == 1)
                #expect(window.center.index == index - 1 && window.repeatedRight == 0)
                #expect(window.repeatedLeft == max(0, 4 - window.center.index))
                drawn.append(draw(window))
            }
            #expect(drawn == ["000001", "000012", "000123", "001234", "012345", "123456", "234567"])
            #expect(draw(ring.window(center: 7, provisional: nil)) == "345677")
            #expect(draw(ring.window(center: 7, provisional: part(9))) == "345679")
            #expect(draw(ring.window(center: 6, provisional: part(9))) == "234567")
            #expect(ring.finish().map(draw) == ["345677"])
        }
    }

    private func draw(_ window: ContextWindow) -> String { window.parts.map { "\($0.index)" }.joined() }
}

func part(_ index: Int, shot: Int? = nil, isLast: Bool = true, _ start: Int64? = nil, _ end: Int64? = nil)
    -> EncodedPart
{
    let start = Instant(pts: start ?? Int64(index) * 1000)
    let end = Instant(pts: end ?? Int64(index + 1) * 1000)
    return EncodedPart(
        Part(
            index: index, shotIndex: shot ?? index, start: start, end: end, duration: 1,
            entry: Transition(kind: .cut, score: Score(1)), isLastOfShot: isLast, keyFrames: [], motion: 0),
        embedding: [Float(index)])
}
