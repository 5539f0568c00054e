import CFFmpeg
import CScened
package import Timeline

/// Reads one input from its first picture to its last: bytes in, pictures and gaps out, in order of media time.
///
/// Pulled by one thread; blocks while the input does, until the stop flag is raised. Other threads decode behind it, and
/// may have read ahead. The same bytes give the same items whether they come from a file, a pipe or the network.
package final class MediaReader {
    /// The stream that is read, as its first picture shows it.
    package let summary: MediaSummary
    /// Pictures that may have been written but not handed out yet: in the decoder's threads and reordering, in the
    /// container's parser, written ahead of those shown before them, and the one that waits for its duration.
    package let decoderDelay: Int
    package private(set) var statistics = MediaStatistics()
    /// Relief can leave out pictures: the codec tells which, and the decoder works in step with its packets.
    package var canLeaveOutPictures: Bool { media.shape.peeks }
    /// Why there are no more items; nil until `next` has returned nil.
    package private(set) var ending: MediaEnding?

    private let media: OpenedMedia
    /// nil: decoding happens in `next`.
    private let team: DecodingTeam?
    private var timeline: PictureTimeline
    private var lastAnalysis: AnalysisPicture
    private var lastCrop: RGBPicture?
    /// Items that became certain together, the next one last.
    private var waiting: [MediaItem] = []
    private var isDrained = false
    /// Packets could not be decoded since the last picture.
    private var hasLost = false

    /// Opens, probes and decodes the first picture. Blocks for as long as that takes.
    ///
    /// - Parameters:
    ///   - source: what to read.
    ///   - options: how to open and decode it.
    ///   - stop: ends the reading when raised.
    ///   - progress: counts while this thread waits.
    ///   - relief: lets others leave out some of the decoding while it runs; nil where nobody will.
    /// - Throws: why there is no first picture.
    package init(
        _ source: MediaSource, options: MediaOptions = MediaOptions(), stop: StopFlag,
        progress: MediaProgress = MediaProgress(), relief: DecodingRelief? = nil
    ) throws(MediaError) {
        let name = source.displayName
        let stop = StopFlag(under: stop)
        let first = try MediaOpening(
            source: source, name: name, options: options, stop: stop, progress: progress,
            relief: relief
        ).firstPicture()
        let media = first.opened
        let decoder = media.decoder.decoder
        self.media = media
        let stream = media.stream
        lastCrop = first.picture.crop
        guard let analysis = first.picture.analysis, options.crop == nil || lastCrop != nil else {
            throw MediaError(
                .unsupported,
                "\(name): pixel format \(decoder.pixelFormatName ?? "unknown") cannot be read: "
                    + "convert the video to yuv420p")
        }
        lastAnalysis = analysis
        let timeBase = TimeBase(
            numerator: Int64(stream.pointee.time_base.num), denominator: Int64(stream.pointee.time_base.den))
        let rate = StreamRate.rate(of: stream, codec: decoder.rate)
        let formatName = media.demuxer.formatName
        timeline = PictureTimeline(
            PictureTimeline.Settings(
                timeBase: timeBase,
                isDiscontinuous: options.isFeed || media.demuxer.hasDiscontinuousTime,
                longestHole: options.longestHole,
                nominalDuration: rate.map { StreamRate.duration($0, in: timeBase) },
                // FFmpeg fills the last MP4 sample's duration from what the header claims of the whole track.
                trustsDurations: formatName != "mov"))
        let startPTS = timeline.start(at: first.picture.stamp)
        var clock = MediaClock(timeBase: timeBase, startPTS: startPTS)
        if let rate, let start = StartTimecode(of: media, rate: rate) {
            clock.timecode = start.format
            timeline.follow(
                TimecodeTrack(timeBase: timeBase, rate: rate, startPTS: startPTS, startFrames: start.frames))
        }
        summary = MediaSummary(
            container: formatName, codec: Decoder.codecName(stream), width: first.picture.width,
            height: first.picture.height, clock: clock)
        // The sample parsers of packet-less formats wait for the start of the next picture but one.
        let parserDelay = ["mov", "matroska", "avi", "flv"].contains(formatName) ? 0 : 2
        // A picture is written before the run of B-pictures shown before it. Encoders make runs of up to eight (the
        // slowest usual setting), whatever the depth of reordering.
        let precedence = decoder.reordering > 0 ? 9 : 0
        // A picture that the decoder holds back may stand for a run of skipped ones, too.
        let skipped = media.shape.skips ? 8 * decoder.reordering : 0
        decoderDelay = decoder.delay + skipped + precedence + parserDelay + 1
        statistics.decodeErrors = first.losses
        statistics.bytes = media.bytesRead
        _ = timeline.push(PictureTimeline.Arrival(first.picture, analysis: analysis, crop: lastCrop))
        team = media.team(name: name, options: options)
    }

    /// The next picture or gap; nil at the end, for good. Blocks while the input does.
    package func next() -> MediaItem? {
        while true {
            if let item = waiting.popLast() { return counted(item) }
            guard !isDrained else { break }
            switch nextOutcome() {
            case .loss:
                statistics.decodeErrors += 1
                hasLost = true
                timeline.lose()
            case .picture(let picture):
                var arrival = PictureTimeline.Arrival(
                    picture, analysis: picture.analysis ?? lastAnalysis, crop: picture.crop ?? lastCrop)
                arrival.followsLoss = hasLost
                hasLost = false
                lastAnalysis = arrival.analysis
                lastCrop = arrival.crop
                if picture.isSkipped { statistics.skippedPictures += 1 }
                waiting = timeline.push(arrival).reversed()
            case nil:
                isDrained = true
                waiting = timeline.finish().reversed()
            }
            if let team {
                (statistics.bytes, statistics.groups) = team.progress
            } else {
                statistics.bytes = media.bytesRead
            }
        }
        ending = team?.ending ?? media.reason
        return nil
    }

    private func nextOutcome() -> DecodingOutcome? {
        guard let team else { return media.next() }
        return team.next()
    }

    private func counted(_ item: MediaItem) -> MediaItem {
        if case .picture(let picture) = item {
            statistics.pictures += 1
            if picture.isDamaged { statistics.damagedPictures += 1 }
        }
        statistics.repairedTimestamps = timeline.repairedTimestamps
        statistics.gaps = timeline.gaps
        return item
    }
}

extension PictureTimeline.Arrival {
    /// `analysis`, `crop`: the picture's own, or others in their stead.
    fileprivate init(_ picture: DecodedPicture, analysis: AnalysisPicture, crop: RGBPicture?) {
        self.init(
            stamp: picture.stamp, duration: picture.duration, analysis: analysis, crop: crop,
            isDamaged: picture.isDamaged)
        isKey = picture.isKey
        size = PictureSize(width: picture.width, height: picture.height)
    }
}
