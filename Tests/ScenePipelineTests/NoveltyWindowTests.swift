import Foundation
import NeuralNet
import SceneModel
import Testing
import Timeline

/// The range of a stream's own last hours, and the alarm that judges by it.
@Suite struct NoveltyWindowTests {
    /// All of the archive is alike: whatever differs from it would be new.
    private static let levels = NoveltyLevels(quantiles: [Float](repeating: 1, count: NoveltyLevels.count))

    private static func alarm(_ length: Int64, rate: Double = 0.01) -> NoveltyAlarm {
        NoveltyAlarm(NoveltyWindow(length: length), rate: rate)
    }

    /// Lengths and novelties of parts, the same for equal seeds.
    private static func parts(_ count: Int, seed: UInt64 = 3) -> [(novelty: Float, ticks: Int64)] {
        var random = RandomStream(seed: seed, purpose: .order)
        return (0..<count).map { place in
            (
                Float(random.fraction()) + (place / 150 % 4 == 3 ? 3 : 2),
                Int64(random.fraction() * 40)
            )
        }
    }

    /// Levels are the quantiles of the means of the window, worked out anew for each part from all that was.
    @Test(arguments: [1000, 3000, 50_000] as [Int64])
    func levelsOfAllThatWas(length: Int64) {
        var window = NoveltyWindow(length: length)
        var mean = RunningMean(count: NoveltyLevels.partCount)
        var (now, kept): (Int64, [(time: Int64, level: Float)]) = (0, [])
        let stretch = (length + 1023) / 1024
        var judged = 0
        for part in Self.parts(2000) {
            now += part.ticks
            window.advance(part.ticks)
            let own = kept.filter { $0.time > now - length }.map(\.level).sorted()
            let isKnown = own.count >= 32 && 4 * now >= length
            #expect(window.isKnown == isKnown)
            for share in [0, 0.25, 0.5, 0.99, 1] {
                let place = share * Double(own.count - 1)
                let (low, rest) = (Int(place), place.truncatingRemainder(dividingBy: 1))
                let wanted =
                    isKnown
                    ? Double(own[low]) + rest * Double(own[min(low + 1, own.count - 1)] - own[low]) : nil
                let level = window.level(share)
                #expect((level == nil) == (wanted == nil))
                if let level, let wanted {
                    judged += 1
                    #expect(abs(Double(level) - wanted) < 1e-5)
                }
            }
            #expect(window.samples.count <= NoveltyWindow.mostSamples)
            guard let level = mean.push(part.novelty) else { continue }
            window.keep(level)
            if kept.last.map({ $0.time / stretch != now / stretch }) ?? true { kept.append((now, level)) }
        }
        #expect(judged > 500)
    }

    /// Memory is bounded by the window, not by how many parts come.
    @Test func boundedSamples() {
        var window = NoveltyWindow(length: 100_000)
        for part in 0..<20_000 {
            window.advance(20)
            window.keep(Float(part % 7))
        }
        #expect(window.samples.count > 1000 && window.samples.count <= NoveltyWindow.mostSamples)
        #expect(window.samples.allSatisfy { window.seen - $0.time < 100_000 })
    }

    /// Silent until a quarter of the window was on, whatever the archive says; then what leaves the stream's
    /// own range is new, and usual once it is gone.
    @Test func byItsOwnPast() {
        var (alarm, archive) = (Self.alarm(40_000), NoveltyAlarm(Self.levels, rate: 0.01))
        var changes: [(place: Int, state: Novelty.State)] = []
        var random = RandomStream(seed: 9, purpose: .order)
        for place in 0..<1000 {
            let novelty = Float(5 + random.fraction()) + (500..<560 ~= place ? 4 : 0)
            let step = alarm.push(novelty, ticks: 100)
            #expect((alarm.upper == nil) == (place < 99), "\(place)")
            if let change = step?.change {
                changes.append((place, change))
                #expect(step?.limit != nil)
            }
            _ = archive.push(novelty, ticks: 100)
        }
        #expect(archive.isNew)
        let within = changes.filter { 500..<620 ~= $0.place }
        #expect(within.map(\.state).last == .usual && within.contains { $0.state == .new })
        #expect(zip(changes, changes.dropFirst()).allSatisfy { $0.state != $1.state })
    }

    /// What is on for a tenth of the window is usual, and a stream that stands still is never new.
    @Test func whatStaysBecomesUsual() {
        var alarm = Self.alarm(40_000)
        var changes: [(place: Int, state: Novelty.State)] = []
        for place in 0..<1200 {
            if let change = alarm.push(place < 600 ? 2 : 7, ticks: 100)?.change {
                changes.append((place, change))
            }
        }
        #expect(changes.map(\.state) == [.new, .usual])
        // The first mean above what never differed, and a tenth of 400 parts after the mean has arrived.
        #expect(changes.first?.place == 600)
        #expect(changes.last.map { 660..<680 ~= $0.place } == true, "\(changes)")
    }

    /// Gives back what it is given, and refuses what no window can have been.
    @Test func restored() {
        var window = NoveltyWindow(length: 2000)
        for part in Self.parts(300) {
            window.advance(part.ticks)
            window.keep(part.novelty)
        }
        var other = NoveltyWindow(length: 2000)
        let isRestored = other.restore(seen: window.seen, samples: window.samples)
        #expect(isRestored)
        #expect(other == window)
        let (seen, samples) = (window.seen, window.samples)
        let cases: [(seen: Int64, samples: [NoveltyWindow.Sample])] = [
            (-1, []), (seen, samples.reversed()), (seen + 2000, samples), (samples[5].time, samples),
            (seen, [NoveltyWindow.Sample(time: seen, level: .nan)]),
            (5000, (0..<1026).map { NoveltyWindow.Sample(time: 3500 + $0, level: 1) }),
        ]
        for (place, item) in cases.enumerated() {
            let isTaken = other.restore(seen: item.seen, samples: item.samples)
            #expect(!isTaken, "\(place)")
            #expect(other == window)
        }
    }
}
