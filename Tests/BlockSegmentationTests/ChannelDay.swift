import BlockSegmentation
import Platform
import Timeline

/// Evidence of an invented channel, and its truth. Ticks are milliseconds.
struct ChannelDay {
    static let timeBase = TimeBase(numerator: 1, denominator: 1000)

    /// In order of its time.
    var evidence: [(at: Int64, what: BlockEvidence)] = []
    var breaks: [Range<Int64>] = []
    var end: Int64 = 0

    /// What a channel shows of itself.
    struct Style {
        var hasMark = true
        var hasSound = true
        var hasBlack = true
        var hasCues = false
        var breaks = 2
    }

    /// `quiet`: milliseconds at first of which nothing is known.
    init(seed: UInt64, style: Style = Style(), quiet: Int64 = 0) {
        var generator = SeededGenerator(seed: seed)
        end = quiet
        for number in 0...style.breaks {
            item(
                kind: .program, seconds: Double.random(in: 240...360, using: &generator), style: style,
                &generator)
            guard number < style.breaks else { break }
            let start = end
            for _ in 0..<Int.random(in: 4...7, using: &generator) {
                let length = [10.0, 15, 20, 30][Int.random(in: 0..<4, using: &generator)]
                item(kind: .adverts, seconds: length, style: style, &generator)
            }
            breaks.append(start..<end)
            if style.hasCues {
                evidence.append((max(0, start - 6000), .cueOut(at: start, duration: end - start)))
                evidence.append((end - 6000, .cueIn(at: end)))
            }
        }
        evidence.sort { $0.at < $1.at }
    }

    private mutating func item(
        kind: Block.Kind, seconds: Double, style: Style, _ generator: inout SeededGenerator
    ) {
        let isProgram = kind == .program
        let start = end
        end += Int64(seconds * 1000)
        if start > 0 {
            evidence.append((start, .cut(Instant(pts: start))))
            if style.hasBlack {
                evidence.append((start, .black(start - 300..<start)))
                evidence.append((start, .silence(start - 300..<start)))
            }
        }
        var at = start
        while at < end {
            let range: ClosedRange<Int64> = isProgram ? 3000...14000 : 800...3000
            let next = min(end, at + Int64.random(in: range, using: &generator))
            if at > start { evidence.append((at, .cut(Instant(pts: at)))) }
            if style.hasMark {
                let noise = Float.random(in: 0...0.15, using: &generator)
                evidence.append((at, .mark(at..<next, isProgram ? 1 - noise : noise)))
            }
            at = next
        }
        guard style.hasSound else { return }
        for second in stride(from: start, to: end, by: 1000) {
            let loudness = Float.random(in: -3...3, using: &generator) + (isProgram ? -24 : -19)
            evidence.append((second, .loudness(second..<min(end, second + 1000), loudness)))
        }
    }

    /// What a segmenter makes of it, told the time every `step` milliseconds.
    func blocks(every step: Int64 = 1000, delay: Int = 40, givesReasons: Bool = false) -> [Block] {
        told(every: step, delay: delay, givesReasons: givesReasons).map(\.block)
    }

    /// The same, with the time at which each block was told.
    func told(
        every step: Int64, delay: Int, givesReasons: Bool = false
    ) -> [(block: Block, now: Int64)] {
        var options = BlockOptions()
        options.delay = delay
        options.givesReasons = givesReasons
        var segmenter = BlockSegmenter(
            timeBase: Self.timeBase, start: Instant(pts: 0), options: options)
        var result: [(Block, Int64)] = []
        var index = 0
        var now: Int64 = 0
        while now < end {
            now = min(end, now + step)
            while index < evidence.count, evidence[index].at < now {
                result += segmenter.push(evidence[index].what).map { ($0, now) }
                index += 1
            }
            result += segmenter.push(.time(Instant(pts: now))).map { ($0, now) }
        }
        return result + segmenter.finish(at: Instant(pts: end)).map { ($0, end) }
    }

    /// Stretches that are no program.
    static func breaks(in blocks: [Block]) -> [Range<Int64>] {
        var result: [Range<Int64>] = []
        for block in blocks where block.kind != .program {
            if let last = result.last, last.upperBound == block.start.pts {
                result[result.count - 1] = last.lowerBound..<block.end.pts
            } else {
                result.append(block.start.pts..<block.end.pts)
            }
        }
        return result
    }
}
