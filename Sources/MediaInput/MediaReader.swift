import CFFmpeg
import CScened
package import Timeline

/// Reads one input from its first picture to its last: bytes in, pictures and gaps out, in order of media time.
///
/// Pulled by one thread; blocks while the input does, until the stop flag is raised. FFmpeg's frame threads decode
/// behind it. The same bytes give the same items whether they come from a file, a pipe or the network.
package final class MediaReader {
    /// The stream that is read, as its first picture shows it.
    package let summary: MediaSummary
    /// Pictures that may have been written but not handed out yet: in the decoder's threads and reordering, in the
    /// container's parser, written ahead of those shown before them, and the one that waits for its duration.
    package let decoderDelay: Int
    package private(set) var statistics = MediaStatistics()
    /// Why there are no more items; nil until `next` has returned nil.
    package private(set) var ending: MediaEnding?

    private let media: OpenedMedia
    private let containerOrientation: Orientation
    private var maker: PictureMaker
    private var timeline: PictureTimeline
    private var lastAnalysis: AnalysisPicture
    private var lastCrop: RGBPicture?
    /// Items that became certain together, the next one last.
    private var waiting: [MediaItem] = []
    private var isDrained = false

    /// Opens, probes and decodes the first picture. Blocks for as long as that takes.
    ///
    /// - Parameters:
    ///   - source: what to read.
    ///   - options: how to open and decode it.
    ///   - stop: ends the reading when raised.
    ///   - progress: counts while this thread waits.
    /// - Throws: why there is no first picture.
    package init(
        _ source: MediaSource, options: MediaOptions = MediaOptions(), stop: StopFlag,
        progress: MediaProgress = MediaProgress()
    ) throws(MediaError) {
        let name = source.displayName
        let media = try MediaOpening(
            source: source, name: name, options: options, stop: stop, progress: progress
        ).firstPicture()
        self.media = media.opened
        let frame = media.opened.decoder.frame
        let stream = media.opened.stream
        containerOrientation =
            scn_stream_display_matrix(stream).map { Orientation(displayMatrix: $0) } ?? .upright
        let orientation = Self.orientation(of: frame, container: containerOrientation)
        let size = Self.shownSize(of: frame, in: media.opened, orientation: orientation)
        maker = PictureMaker(crop: options.crop)
        lastCrop = maker.crop(of: frame, shown: size, orientation: orientation)
        guard let analysis = maker.analysisPicture(of: frame, orientation: orientation),
            options.crop == nil || lastCrop != nil
        else {
            let format = av_get_pix_fmt_name(AVPixelFormat(rawValue: frame.pointee.format)).map {
                String(cString: $0)
            }
            throw MediaError(
                .unsupported,
                "\(name): pixel format \(format ?? "unknown") cannot be read: convert the video to yuv420p")
        }
        lastAnalysis = analysis
        let timeBase = TimeBase(
            numerator: Int64(stream.pointee.time_base.num), denominator: Int64(stream.pointee.time_base.den))
        let rate = StreamRate.rate(of: stream, codec: media.opened.decoder.rate)
        let formatName = media.opened.demuxer.formatName
        timeline = PictureTimeline(
            PictureTimeline.Settings(
                timeBase: timeBase,
                isDiscontinuous: options.isFeed || media.opened.demuxer.hasDiscontinuousTime,
                longestHole: options.longestHole,
                nominalDuration: rate.map { StreamRate.duration($0, in: timeBase) },
                // FFmpeg fills the last MP4 sample's duration from what the header claims of the whole track.
                trustsDurations: formatName != "mov"))
        let startPTS = timeline.start(at: media.stamp)
        var clock = MediaClock(timeBase: timeBase, startPTS: startPTS)
        if let rate, let start = StartTimecode(of: media.opened, rate: rate) {
            clock.timecode = start.format
            timeline.follow(
                TimecodeTrack(timeBase: timeBase, rate: rate, startPTS: startPTS, startFrames: start.frames))
        }
        summary = MediaSummary(
            container: formatName, codec: Decoder.codecName(stream), width: size.width, height: size.height,
            clock: clock)
        // The sample parsers of packet-less formats wait for the start of the next picture but one.
        let parserDelay = ["mov", "matroska", "avi", "flv"].contains(formatName) ? 0 : 2
        // A picture is written before the run of B-pictures shown before it. Encoders make runs of up to eight (the
        // slowest usual setting), whatever the depth of reordering.
        let precedence = media.opened.decoder.reordering > 0 ? 9 : 0
        decoderDelay = media.opened.decoder.delay + precedence + parserDelay + 1
        statistics.decodeErrors = media.losses
        _ = timeline.push(
            PictureTimeline.Arrival(
                stamp: media.stamp, duration: media.duration, analysis: analysis, crop: lastCrop,
                isDamaged: media.isDamaged))
    }

    /// The next picture or gap; nil at the end, for good. Blocks while the input does.
    package func next() -> MediaItem? {
        while true {
            if let item = waiting.popLast() { return counted(item) }
            guard !isDrained else { break }
            switch media.step() {
            case .loss:
                statistics.decodeErrors += 1
                timeline.lose()
            case .picture(let stamp, let duration, let isDamaged):
                place(stamp: stamp, duration: duration, isDamaged: isDamaged)
            case .end:
                isDrained = true
                waiting = timeline.finish().reversed()
            }
            statistics.bytes = media.demuxer.stream?.bytesRead ?? 0
        }
        ending = media.ending ?? .end
        return nil
    }

    private func place(stamp: Int64?, duration: Int64, isDamaged: Bool) {
        let frame = media.decoder.frame
        let orientation = Self.orientation(of: frame, container: containerOrientation)
        let analysis = maker.analysisPicture(of: frame, orientation: orientation)
        let crop = maker.crop(
            of: frame, shown: Self.shownSize(of: frame, in: media, orientation: orientation),
            orientation: orientation)
        let isUnreadable = analysis == nil || (lastCrop != nil && crop == nil)
        let arrival = PictureTimeline.Arrival(
            stamp: stamp, duration: duration, analysis: analysis ?? lastAnalysis, crop: crop ?? lastCrop,
            isDamaged: isDamaged || isUnreadable)
        lastAnalysis = arrival.analysis
        lastCrop = arrival.crop
        waiting = timeline.push(arrival).reversed()
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

    /// The picture's own display matrix comes before the container's.
    private static func orientation(of frame: UnsafeMutablePointer<AVFrame>, container: Orientation)
        -> Orientation
    {
        guard let side = av_frame_get_side_data(frame, AV_FRAME_DATA_DISPLAYMATRIX), side.pointee.size >= 36,
            let data = side.pointee.data
        else { return container }
        return data.withMemoryRebound(to: Int32.self, capacity: 9) { Orientation(displayMatrix: $0) }
    }

    /// Upright, with square pixels.
    private static func shownSize(
        of frame: UnsafeMutablePointer<AVFrame>, in media: OpenedMedia, orientation: Orientation
    ) -> (width: Int, height: Int) {
        let (width, height) = (Int(frame.pointee.width), Int(frame.pointee.height))
        let aspect = av_guess_sample_aspect_ratio(media.demuxer.context, media.stream, frame)
        var shown = width
        if aspect.num > 0 && aspect.den > 0 {
            let exact = Double(width) * Double(aspect.num) / Double(aspect.den)
            shown = max(1, Int(min(exact, 1e6).rounded()))
        }
        return orientation.isTransposed ? (height, shown) : (shown, height)
    }
}
