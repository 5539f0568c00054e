internal import SceneEvents
internal import Timeline

extension EventLog {
    /// A picture of which the stream says more than its time.
    private struct NumberedPicture {
        /// From the first picture.
        var ticks: Int64
        var frame: Int64
        var label: TimecodeLabel?
    }

    /// The one rate at which all pictures with a number were shown; nil where it varies, where it is none of
    /// those in use, and where no picture has a number. O(pictures named).
    ///
    /// Times of some containers are rounded to their ticks: a rate fits that explains every number within a
    /// tick, or within half a frame where the stream gives timecode, which it gives at constant rates only.
    package var frameRate: FrameRate? {
        let pictures = numberedPictures
        guard let last = pictures.max(by: { $0.frame < $1.frame }), last.frame > 0 else { return nil }
        let labeled = pictures.filter { $0.label != nil }
        var best: (rate: FrameRate, deviation: Double)?
        func consider(_ numerator: Int64, _ denominator: Int64) {
            guard let rate = FrameRate(numerator: numerator, denominator: denominator),
                fits(last, rate, strictly: labeled.isEmpty),
                pictures.allSatisfy({ fits($0, rate, strictly: labeled.isEmpty) })
            else { return }
            let worst = pictures.reduce(0) { max($0, deviation($1, rate)) }
            if worst < best?.deviation ?? .infinity { best = (rate, worst) }
        }
        for labels in Int64(1)...120 where Self.agree(labeled, labels) {
            consider(labels, 1)
            consider(labels * 1000, 1001)
        }
        if best == nil, labeled.isEmpty {
            for rate in Self.ratesWithoutLabels { consider(rate.numerator, rate.denominator) }
        }
        return best?.rate
    }

    /// Rates of cameras that timecode does not count: halves (12.5, 7.5) and those above 120 a second. Few,
    /// for each more is one that a varying rate may fit by chance.
    private static let ratesWithoutLabels: [(numerator: Int64, denominator: Int64)] = {
        let halves = stride(from: Int64(1), to: 60, by: 2).map { (numerator: $0, denominator: Int64(2)) }
        let fast: [Int64] = [
            144, 150, 165, 180, 200, 240, 250, 300, 360, 400, 480, 500, 600, 720, 960, 1000,
        ]
        return halves
            + fast.flatMap { rate in
                [
                    (numerator: rate, denominator: Int64(1)),
                    (numerator: rate * 1000, denominator: Int64(1001)),
                ]
            }
    }()

    /// Timecode of the first picture, and how the stream counts it; nil without timecode.
    var firstLabel: (label: TimecodeLabel, ticks: Int64)? {
        numberedPictures.lazy.compactMap { picture in picture.label.map { ($0, picture.ticks) } }.first
    }

    private var numberedPictures: [NumberedPicture] {
        var pictures: [NumberedPicture] = []
        func add(_ instant: LoggedInstant) {
            guard let frame = instant.frame else { return }
            pictures.append(
                NumberedPicture(ticks: instant.ticks - firstPicture, frame: frame, label: instant.timecode))
        }
        for scene in scenes {
            add(scene.start)
            add(scene.end)
        }
        for shot in shots {
            add(LoggedInstant(shot.start, of: start))
            add(LoggedInstant(shot.end, of: start))
            for part in shot.parts {
                for instant in part.keyFrames { add(LoggedInstant(instant, of: start)) }
            }
        }
        return pictures
    }

    /// The labels count pictures as their numbers do, at so many labels a second.
    private static func agree(_ pictures: [NumberedPicture], _ labelsPerSecond: Int64) -> Bool {
        var difference: Int64?
        for picture in pictures {
            guard let label = picture.label, !label.isDropFrame || labelsPerSecond % 30 == 0,
                let count = label.frameCount(labelsPerSecond: labelsPerSecond)
            else { return false }
            let day = TimecodeFormat(labelsPerSecond: labelsPerSecond, isDropFrame: label.isDropFrame)
                .framesPerDay
            let found = ((count - picture.frame) % day + day) % day
            if let difference, difference != found { return false }
            difference = found
        }
        return true
    }

    private func fits(_ picture: NumberedPicture, _ rate: FrameRate, strictly: Bool) -> Bool {
        let (difference, tick) = distance(picture, rate)
        let frame = Int128(rate.denominator) * Int128(timeBase.denominator)
        return strictly ? difference <= tick : 2 * difference < frame
    }

    /// In seconds.
    private func deviation(_ picture: NumberedPicture, _ rate: FrameRate) -> Double {
        let unit = Double(rate.numerator) * Double(timeBase.denominator)
        return Double(distance(picture, rate).difference) / unit
    }

    /// Between a picture's time and that of its number, and a tick, in the same exact unit.
    private func distance(_ picture: NumberedPicture, _ rate: FrameRate) -> (difference: Int128, tick: Int128)
    {
        let tick = Int128(timeBase.numerator) * Int128(rate.numerator)
        let exact = Int128(picture.frame) * Int128(rate.denominator) * Int128(timeBase.denominator)
        return (abs(exact - Int128(picture.ticks) * tick), tick)
    }
}

extension TimecodeFormat {
    /// After so many frames the labels begin again.
    var framesPerDay: Int64 {
        let dropped = isDropFrame ? labelsPerSecond / 15 * 9 : 0
        return (labelsPerSecond * 600 - dropped) * 144
    }
}
