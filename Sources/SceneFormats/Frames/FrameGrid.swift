import Timeline

/// The frames of a list: what formats count that have no time. All arithmetic is in whole numbers.
struct FrameGrid {
    let rate: FrameRate
    /// nil where timecode does not count the rate.
    let timecode: TimecodeFormat?
    /// Frames since 00:00:00:00 of the film's first picture, in the film and in the list.
    let sourceStart: Int64
    let recordStart: Int64
    private let timeBase: TimeBase
    /// From the start of the file to the first picture.
    private let offset: Int64

    /// The frames of `list`; `format` names it in errors. `recordStart`: where the list begins unless an
    /// option says so; nil: where the film does.
    init(
        _ list: ExportList, format: String, recordStart defaultStart: TimecodeLabel? = nil
    ) throws(ExportError) {
        let (log, options) = (list.log, list.options)
        timeBase = log.timeBase
        offset = log.firstPicture
        // A list without entries is of any rate.
        let fallback = list.entries.isEmpty ? FrameRate(numerator: 25, denominator: 1) : nil
        guard let rate = options.rate ?? log.frameRate ?? fallback else { throw .noFrameRate(format: format) }
        self.rate = rate
        let first = log.firstLabel
        let wanted = options.startTimecode
        let usual = TimecodeFormat(rateNumerator: rate.numerator, denominator: rate.denominator)
        var counted = usual
        if let isDropFrame = first?.label.isDropFrame ?? wanted?.isDropFrame, let labels = counted {
            counted = TimecodeFormat(
                labelsPerSecond: labels.labelsPerSecond, isDropFrame: labels.isDropFrame && isDropFrame)
        }
        // One count of labels for all: of rates just above a whole number two roundings would differ.
        let labelsPerSecond = counted?.labelsPerSecond ?? rate.labelsPerSecond
        let place = first.flatMap { first in
            first.label.frameCount(labelsPerSecond: labelsPerSecond).map {
                $0 - log.timeBase.frame(first.ticks, rate: rate)
            }
        }
        sourceStart = place ?? 0
        if let wanted, let labels = counted, wanted.isDropFrame != labels.isDropFrame {
            // A film without labels of its own counts from zero, as its rate has it: the list may count as it
            // is told. A label that counts otherwise is the film's own.
            let isOwn = first.map { $0.label.isDropFrame != usual?.isDropFrame } ?? false
            guard sourceStart == 0, !isOwn, !wanted.isDropFrame || rate.isNTSC && labelsPerSecond % 30 == 0
            else {
                throw .startTimecode(wanted, rate: rate, dropsLabels: labels.isDropFrame)
            }
            counted = TimecodeFormat(
                labelsPerSecond: labels.labelsPerSecond, isDropFrame: wanted.isDropFrame)
        }
        timecode = counted
        if let label = wanted {
            guard let count = label.frameCount(labelsPerSecond: labelsPerSecond) else {
                throw .startTimecode(label, rate: rate, dropsLabels: counted?.isDropFrame ?? false)
            }
            recordStart = count
        } else if var label = defaultStart {
            label.isDropFrame = counted?.isDropFrame ?? false
            recordStart = label.frameCount(labelsPerSecond: labelsPerSecond) ?? sourceStart
        } else {
            recordStart = sourceStart
        }
    }

    /// Frames from the film's first picture to `ticks` of the list.
    func position(_ ticks: Int64) -> Int64 { timeBase.frame(ticks - offset, rate: rate) }

    /// First frame of an entry and the first after it; an entry has one frame at least.
    func range(_ entry: ExportEntry) -> Range<Int64> {
        let start = position(entry.start)
        return start..<max(position(entry.end), start + 1)
    }

    /// Frames of the whole film: to its end, or to the end of the last entry.
    func length(_ list: ExportList) -> Int64 {
        let end = list.entries.reduce(list.end) { max($0, $1.end) }
        return max(position(end), list.entries.last.map { range($0).upperBound } ?? 0, 1)
    }
}
