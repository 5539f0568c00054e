import Foundation
import TestSupport
import MediaInput
import Timeline

/// Everything a reader said about one input.
struct Recording: Equatable {
    var summary: MediaSummary
    /// As it was asked for, or chosen.
    var plan: DecodePlan
    var pictures: [Picture] = []
    var gaps: [Gap] = []
    /// Each with the number of pictures in front of it.
    var cues: [(cue: Cue, pictures: Int)] = []
    var statistics = MediaStatistics()
    var ending: MediaEnding?

    init(_ source: MediaSource, options: MediaOptions = .twoThreads, stop: StopFlag = StopFlag()) throws {
        let reader = try MediaReader(source, options: options, stop: stop)
        (summary, plan) = (reader.summary, reader.plan)
        while let item = reader.next() {
            switch item {
            case .picture(let picture): pictures.append(picture)
            case .gap(let gap): gaps.append(gap)
            case .cue(let cue): cues.append((cue, pictures.count))
            case .sound: break
            }
        }
        statistics = reader.statistics
        ending = reader.ending
    }

    /// Reads a fixture as a file.
    init(clip: String, options: MediaOptions = .twoThreads) throws {
        try self.init(.url(Fixtures.path(clip)), options: options)
    }

    static func == (left: Recording, right: Recording) -> Bool { left.lines == right.lines }

    /// One line for each thing that must be equal whatever the transport.
    var lines: [String] {
        var lines = ["\(summary)"]
        lines += pictures.map { picture in
            "\(picture.at) \(picture.duration) \(picture.isDamaged) \(Self.digest(picture.analysis.planes))"
        }
        lines += gaps.map { "\($0)" }
        lines += cues.map { "\($0)" }
        lines.append(
            "\(Self.withoutName(ending)) \(statistics.repairedTimestamps) \(statistics.decodeErrors)")
        return lines
    }

    /// An ending that names no input, and no remedy: those differ with the transport.
    private static func withoutName(_ ending: MediaEnding?) -> String {
        guard case .damaged(let text) = ending else { return ending.map { "\($0)" } ?? "-" }
        return "damaged " + text.components(separatedBy: ": ").dropFirst().dropLast().joined(separator: ": ")
    }

    /// FNV-1a.
    static func digest(_ bytes: [UInt8]) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return String(hash, radix: 16)
    }

    /// Microseconds from the first picture to each.
    var times: [Int64] { pictures.map { summary.clock.microseconds(at: $0.at.pts) } }

    /// Pictures whose luma differs from the one before by more than `level` on average.
    func cuts(level: Double = 12) -> [Int] {
        pictures.indices.dropFirst().filter { difference(pictures[$0 - 1], pictures[$0]) > level }
    }
}

extension MediaOptions {
    static var twoThreads: MediaOptions {
        var options = MediaOptions()
        options.threads = 2
        return options
    }
}

/// Mean absolute difference of all bytes.
func difference(_ left: Picture, _ right: Picture) -> Double {
    difference(left.analysis.planes, right.analysis.planes)
}

func difference(_ left: [UInt8], _ right: [UInt8]) -> Double {
    let sum = zip(left, right).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
    return Double(sum) / Double(max(left.count, 1))
}
