import CFFmpeg
import CFFmpegShim
package import Timeline

/// Reads one input from its first picture to its last: bytes in, pictures and gaps out, in order of media
/// time.
///
/// Pulled by one thread; blocks while the input does, until the stop flag is raised. Other threads decode
/// behind it, and may have read ahead. The same bytes give the same items whether they come from a file, a
/// pipe or the network.
package final class MediaReader {
    /// The stream that is read, as its first picture shows it.
    package let summary: MediaSummary
    /// Pictures that may have been written but not handed out yet: in the decoder's threads and reordering,
    /// in the container's parser, written ahead of those shown before them, and the one that waits for its
    /// duration.
    package let decoderDelay: Int
    /// Which pictures are decoded, as it was asked for or chosen.
    package let plan: DecodePlan
    /// Seconds from the first picture that the input claims to hold, for people who wait; nil where it claims
    /// nothing.
    package let claimedLength: Double?
    /// Bytes of the input; nil where that is not known, as of a pipe.
    package let byteCount: Int64?
    package private(set) var statistics = MediaStatistics() {
        didSet { progress.note(statistics) }
    }
    /// Relief can leave out pictures: the codec tells which, and the decoder works in step with its packets.
    package let canLeaveOutPictures: Bool
    /// Relief can leave out groups of pictures: the codec tells where one ends.
    package let canLeaveOutGroups: Bool
    /// Why there are no more items, with the input's name and a remedy; valid once `next` has returned nil.
    package private(set) var ending: MediaEnding?

    private let name: String
    /// What was asked for, with the plan of the first link.
    private let options: MediaOptions
    /// The reader's own, which ends blocking reads when the reader goes.
    private let stop: StopFlag
    private var opening: MediaOpening
    /// What is read now; nil once nothing follows.
    private var current: MediaLink?
    /// How the first link that was not whole ended.
    private var damage: MediaEnding?
    /// Groups of the links that have been read.
    private var formerGroups = 0
    private var timeline: PictureTimeline
    private var soundPlacing: SoundPlacing
    /// Of the link that is read: the highest number of a packet whose picture has come, and the last stamp.
    private var newest: (packet: Int64, stamp: Int64?) = (0, nil)
    private let progress: MediaProgress
    /// How long nothing came, at most, while the last pictures were read: a decoder holds some back, so that
    /// a picture comes out after the one whose packet was waited for.
    private var silences: [(bytes: Double, packets: Double)] = []
    private static let silenceMemory = 32
    /// Long silences of the link that is read whose packets have not been shown: whole groups may wait in
    /// between.
    private var unseenSilences: [MediaProgress.LongSilence] = []
    private var away: Absence?
    private var lastAnalysis: AnalysisPicture
    private var lastViews: [Picture.View: RGBPicture]
    /// Items that became certain together, the next one last.
    private var waiting: [MediaItem] = []
    private var isDrained = false
    /// Packets could not be decoded since the last picture.
    private var hasLost = false
    /// Messages in front of the next picture.
    private var cues: [CueArrival] = []
    /// Messages that wait for a picture at most: more than a container has chapters.
    private static let mostCues = 16_384
    private var chapters = ChapterCues.none

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
        if options.keepsLog { MediaLibrary.keepLog() }
        let name = source.displayName
        let stop = StopFlag(under: stop)
        opening = MediaOpening(
            source: source, name: name, options: options, stop: stop, progress: progress,
            relief: relief)
        (self.name, self.stop) = (name, stop)
        let first = try opening.firstPicture()
        let media = first.opened
        plan = media.plan
        var options = options
        // What follows in the input answers no later than `decoderDelay` says.
        options.plan = plan == .scout && !media.shape.scouts ? .fastest : plan
        options.choosesPlan = false
        (self.options, opening.options) = (options, options)
        let decoder = media.decoder.decoder
        self.progress = progress
        let stream = media.stream
        canLeaveOutPictures = media.shape.peeks
        canLeaveOutGroups = media.shape.canScout
        lastViews = first.picture.views
        guard let analysis = first.picture.analysis, lastViews.count == options.views.count else {
            throw MediaError(
                .unsupported,
                "\(name): pixel format \(decoder.pixelFormatName ?? "unknown") cannot be read: "
                    + "convert the video to yuv420p")
        }
        lastAnalysis = analysis
        let timeBase = media.timeBase
        let rate = StreamRate.rate(of: stream, codec: decoder.rate)
        let formatName = media.demuxer.formatName
        timeline = PictureTimeline(
            PictureTimeline.Settings(
                timeBase: timeBase,
                isDiscontinuous: options.isFeed || media.demuxer.hasDiscontinuousTime,
                longestHole: options.longestHole,
                nominalDuration: rate.map { StreamRate.duration($0, in: timeBase) },
                // FFmpeg fills the last MP4 sample's duration from what the header claims of the whole track.
                trustsDurations: formatName != "mov",
                asksWallClock: relief != nil,
                isNeverSilent: formatName == "mpegts" && media.demuxer.stream != nil
                    || formatName == "hls"))
        soundPlacing = SoundPlacing(isDiscontinuous: options.isFeed || media.demuxer.hasDiscontinuousTime)
        let startPTS = timeline.start(at: first.picture.stamp)
        var clock = MediaClock(timeBase: timeBase, startPTS: startPTS)
        if let rate, let start = StartTimecode(of: media, rate: rate) {
            clock.timecode = start.format
            timeline.follow(
                TimecodeTrack(timeBase: timeBase, rate: rate, startPTS: startPTS, startFrames: start.frames))
        }
        let codec = Decoder.codecName(stream)
        var summary = MediaSummary(
            container: formatName, codec: codec, width: first.picture.width,
            height: first.picture.height, clock: clock)
        summary.startOffset = media.demuxer.startOffset(
            of: startPTS, in: timeBase, wrapBits: stream.pointee.pts_wrap_bits)
        self.summary = summary
        claimedLength = media.demuxer.claimedLength.map { $0 - Double(summary.startOffset) / 1_000_000 }
        byteCount = media.demuxer.byteCount
        // The sample parsers of packet-less formats wait for the start of the next picture but one.
        let parserDelay = ["mov", "matroska", "avi", "flv"].contains(formatName) ? 0 : 2
        // A picture is written before the run of B-pictures shown before it. Encoders make runs of up to
        // eight (the slowest usual setting), whatever the depth of reordering.
        let precedence = decoder.reordering > 0 ? 9 : 0
        // A picture that the decoder holds back may stand for a run of skipped ones, too.
        let skipped = media.shape.skips ? 8 * decoder.reordering : 0
        // A group waits for the key frame behind it.
        let scouted = media.shape.scouts ? GroupScout.mostPackets + 1 : 0
        decoderDelay = decoder.delay + skipped + scouted + precedence + parserDelay + 1
        statistics.decodeErrors = first.losses
        statistics.bytes = media.bytesRead
        var arrival = PictureTimeline.Arrival(
            first.picture, analysis: analysis, views: lastViews, codec: codec)
        if options.cues {
            chapters = ChapterCues(of: media.demuxer, in: timeBase)
            cues = first.cues
            arrival.cues = takeCues(upTo: first.picture.stamp)
        }
        _ = timeline.push(arrival)
        newest = (first.picture.packet ?? 0, first.picture.stamp)
        current = MediaLink(media, team: media.team(), codec: codec)
    }

    /// The next picture, gap or message; nil at the end, for good. Blocks while the input does.
    package func next() -> MediaItem? {
        while true {
            if let item = waiting.popLast() { return counted(item) }
            guard !isDrained else { return nil }
            switch current?.next() {
            case .loss(let stamp):
                statistics.decodeErrors += 1
                hasLost = true
                timeline.lose(stamp)
            case .picture(let picture): push(picture)
            case .cues(let some): note(some)
            case nil:
                let sound = takeSound(before: .max)
                isDrained = !goOn()
                if isDrained {
                    waiting = timeline.finish(cues: takeCues(upTo: nil) + chapters.rest()).reversed()
                }
                waiting += sound.reversed()
            }
            if let current {
                statistics.bytes = current.bytesRead
                statistics.groups = formerGroups + current.groups
            }
        }
    }

    /// Nothing new came for so long before this reader began. It counts as silence until something does.
    ///
    /// - Parameters:
    ///   - seconds: the silence when this reader began, roughly.
    ///   - pts: pictures before are not new.
    package func noteAbsence(seconds: Double, behind pts: Int64) {
        away = Absence(seconds: seconds, lastPTS: pts + summary.clock.timeBase.ticks(seconds: 1))
    }

    /// Seconds for which nothing new has come since the reader before this one; nil once something has, or
    /// where there was none.
    package var absence: Double? { away?.length }

    /// What comes from now on is new.
    package func endAbsence() { away = nil }

    private struct Absence {
        var seconds: Double
        /// A picture behind it is new; one second more, for what a decoder held back.
        var lastPTS: Int64
        var began = ContinuousClock.now

        var length: Double { seconds + (ContinuousClock.now - began) / .seconds(1) }
    }

    /// How long lately no byte came, and no packet of the video. `packet`: number of the packet that the next
    /// picture was in.
    private func recentSilence(before packet: Int64?) -> (bytes: Double, packets: Double) {
        if let absence { return (absence, absence) }
        var latest = (bytes: progress.takeLongestWait(), packets: progress.takeLongestPause())
        unseenSilences += progress.takeLongSilences()
        while let first = unseenSilences.first, first.packet <= packet ?? 0 {
            latest = (max(latest.bytes, first.bytes), max(latest.packets, first.packets))
            unseenSilences.removeFirst()
        }
        silences.append(latest)
        if silences.count > Self.silenceMemory { silences.removeFirst() }
        return (silences.map(\.bytes).max() ?? 0, silences.map(\.packets).max() ?? 0)
    }

    private func push(_ picture: DecodedPicture) {
        var arrival = PictureTimeline.Arrival(
            picture, analysis: picture.analysis ?? lastAnalysis,
            views: picture.views.isEmpty ? lastViews : picture.views, codec: current?.codec)
        arrival.followsLoss = hasLost
        if options.cues { arrival.cues = takeCues(upTo: picture.stamp) }
        hasLost = false
        lastAnalysis = arrival.analysis
        lastViews = arrival.views
        if picture.isSkipped { statistics.skippedPictures += 1 }
        (arrival.silence, arrival.pause) = recentSilence(before: picture.packet)
        waiting = timeline.push(arrival).reversed()
        newest.packet = max(newest.packet, picture.packet ?? 0)
        newest.stamp = picture.stamp ?? newest.stamp
        waiting += takeSound(before: newest.packet).reversed()
    }

    /// Sound that was read before a packet of the video, and has its place.
    private func takeSound(before packet: Int64) -> [MediaItem] {
        guard let sound = current?.media.sound else { return [] }
        let base = summary.clock.timeBase
        let frames = sound.queue.take(before: packet).map(\.frame)
        return soundPlacing.place(
            frames, picture: newest.stamp.map(base.clampedMicroseconds),
            shift: timeline.shift.map(base.clampedMicroseconds), period: sound.period
        ).map(MediaItem.sound)
    }

    /// Where no picture comes, the latest messages stay.
    private func note(_ some: [CueArrival]) {
        cues += some
        cues.removeFirst(max(0, cues.count - Self.mostCues))
    }

    /// What stands in front of a picture with this time stamp: chapters that have begun, and messages.
    private func takeCues(upTo stamp: Int64?) -> [CueArrival] {
        defer { cues = [] }
        return chapters.cues(upTo: stamp) + cues
    }

    // MARK: - From one link to the next

    /// Opens what follows in the input once all of the link has been read. Returns false, with the reason, if
    /// nothing does.
    private func goOn() -> Bool {
        let former = close()
        if case .damaged = former.reason { damage = damage ?? former.reason }
        ending = former.reason == .end ? damage ?? .end : former.reason
        guard former.reason != .interrupted else { return false }
        do throws(MediaError) {
            guard let first = try opening.nextLink(former.stream, after: former.needs) else { return false }
            let media = first.opened
            let base = media.timeBase
            let rate = StreamRate.rate(of: media.stream, codec: media.decoder.decoder.rate)
            guard let scale = TickScale(from: base, to: summary.clock.timeBase, rate: rate) else {
                throw MediaError(
                    .unsupported,
                    "\(name): continues with a picture rate that its clock of \(summary.clock.timeBase) s cannot express: "
                        + "cut the file there, and read both parts")
            }
            let codec = Decoder.codecName(media.stream)
            statistics.decodeErrors += first.losses
            if let failure = first.failure { damage = damage ?? .damaged(failure.message) }
            // What a damaged link lacked is not known, nor what one held that could not be read.
            if case .damaged = former.reason {
                timeline.lose()
            } else if first.failure != nil {
                timeline.lose()
            }
            timeline.openLink(former.clock)
            cues += chapters.rest()
            if options.cues { chapters = ChapterCues(of: media.demuxer, in: summary.clock.timeBase) }
            newest = (0, nil)
            current = MediaLink(
                media, team: media.team(), codec: codec, scale: scale)
            note(first.cues.map { $0.scaled(scale) })
            push(scale(first.picture))
            ending = nil
            return true
        } catch {
            ending = error.code == .interrupted ? .interrupted : .damaged(error.message)
            return false
        }
    }

    /// Ends the link that has been read, so that its stream can be opened again.
    private func close() -> (
        reason: MediaEnding, stream: ByteStream?, needs: OpenedMedia.Former, clock: PictureTimeline.LinkClock
    ) {
        guard let link = current else { preconditionFailure("a link is closed once") }
        current = nil
        _ = progress.takeLongSilences()
        unseenSilences = []
        formerGroups += link.groups
        note(link.lastCues)
        return (
            reason(link.reason), link.media.demuxer.stream, link.media.former,
            link.media.demuxer.formatName == "mpegts" ? .same : .new
        )
    }

    /// Names the input, and what to do.
    private func reason(_ reason: MediaEnding) -> MediaEnding {
        switch reason {
        case .end where timeline.missingAtEnd > 1:
            let seconds = (timeline.missingAtEnd * 10).rounded() / 10
            return .damaged(
                "\(name): no picture of its last \(seconds) s could be decoded: check it with ffprobe")
        case .end, .interrupted: return reason
        case .damaged(Demuxer.outOfOrder):
            return .damaged("\(name): \(Demuxer.outOfOrder): give the file itself, not a pipe")
        case .damaged(let text):
            return .damaged("\(name): \(text): \(opening.source.remedyOfDamage)")
        }
    }

    private func counted(_ item: MediaItem) -> MediaItem {
        if case .picture(let picture) = item {
            statistics.pictures += 1
            if picture.isDamaged { statistics.damagedPictures += 1 }
            if let away, picture.at.pts > away.lastPTS { self.away = nil }
        }
        statistics.repairedTimestamps = timeline.repairedTimestamps
        statistics.gaps = timeline.gaps
        return item
    }
}

extension PictureTimeline.Arrival {
    /// `analysis`, `views`: the picture's own, or others in their stead.
    fileprivate init(
        _ picture: DecodedPicture, analysis: AnalysisPicture, views: [Picture.View: RGBPicture],
        codec: String?
    ) {
        self.init(
            stamp: picture.stamp, duration: picture.duration, analysis: analysis, views: views,
            isDamaged: picture.isDamaged)
        (isKey, isFilled) = (picture.isKey, picture.isFilled)
        mark = picture.mark
        size = PictureSize(width: picture.width, height: picture.height)
        self.codec = codec
    }
}
