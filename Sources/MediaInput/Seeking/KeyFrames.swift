import CFFmpeg
import CFFmpegShim
package import Timeline

/// Pictures at chosen instants of a film, in a pass of its own that decodes as little as it can.
///
/// Reads packets in order and passes over groups of pictures that nobody asks for; where the next instant is
/// far away, it goes there by the container's index. Most answers are key frames, decoded alone; others cost
/// their group from its key frame on. Memory: the packets of one group; one that is too long for that is
/// decoded while it is read. Where the container does not tell when key frames are shown (H.264 in AVI and
/// ASF, streams without a container), the film is one group, and all of it is decoded in order.
///
/// Reads files only, for it goes back and forth. Used on one thread; several may decode behind it.
package final class KeyFrames {
    /// The file, as messages name it.
    package let name: String
    /// Length of a tick of every PTS.
    package let timeBase: TimeBase
    /// PTS of the first picture, as the container has it; nil if it is silent.
    package let startPTS: Int64?
    /// Pictures decoded so far.
    package private(set) var decoded = 0

    private let demuxer: Demuxer
    private let stream: UnsafeMutablePointer<AVStream>
    private let decoder: Decoder
    private var viewer: FrameViewer
    private let view: Picture.View
    private let longestKept: Int
    private let stop: StopFlag
    private var unwrapper: TimestampUnwrapper
    private let canJump: Bool

    /// Instants closer than this, in seconds, are reached by reading on.
    private static let jump = 20.0
    /// Bytes of packets kept of one group, unless somebody chooses.
    package static let mostBytes = 64 << 20
    private static let blank = AnalysisPicture(
        planes: [UInt8](repeating: 0, count: AnalysisPicture.byteCount))

    /// Opens a file for pictures as people see them. `longestSide`: pixels on the longer side of each
    /// picture, which is never enlarged; else as the other initializer.
    package convenience init(
        _ path: String, longestSide: Int, options: MediaOptions = MediaOptions(),
        longestKept: Int = KeyFrames.mostBytes, stop: StopFlag
    ) throws(MediaError) {
        try self.init(
            path, view: .thumbnail(longestSide: longestSide), options: options, longestKept: longestKept,
            stop: stop)
    }

    /// Opens a file.
    ///
    /// - Parameters:
    ///   - path: a path or a file URL.
    ///   - view: what each picture shows.
    ///   - options: which stream is read, and limits; its views and plan count for nothing.
    ///   - longestKept: bytes of a group up to which its packets are kept until the group is over, and
    ///     decoded as far as somebody asks for; a longer one is decoded while it is read.
    ///   - stop: ends reading when raised.
    /// - Throws: why it cannot be read.
    package init(
        _ path: String, view: Picture.View, options: MediaOptions = MediaOptions(),
        longestKept: Int = KeyFrames.mostBytes, stop: StopFlag
    ) throws(MediaError) {
        if options.keepsLog { MediaLibrary.keepLog() }
        name = MediaSource.url(path).displayName
        let place = ["file://", "file:"].first(where: path.hasPrefix).map { String(path.dropFirst($0.count)) }
        guard path != "-", place != nil || !path.contains("://") else {
            throw MediaError(.cannotOpen, "\(name): pictures are looked up in files only: give a file")
        }
        let port = try BytePort(path: place ?? path, followIdle: nil, stop: stop)
        guard port.canSeek else {
            throw MediaError(
                .cannotOpen,
                "\(name): it cannot be read from any place, and pictures are looked up: give a file")
        }
        let bytes = ByteStream(port: port, progress: MediaProgress())
        switch InputFormat(of: bytes) {
        case .empty: throw MediaError(.cannotOpen, "\(name): it is empty: give a video file")
        case .playlist:
            throw MediaError(.cannotOpen, "\(name): it is a playlist: give a video file")
        case .plain, .indexAtEnd: break
        }
        demuxer = try Demuxer(.stream(bytes, reach: .anywhere), name: name, options: options, stop: stop)
        stream = try VideoStreamChoice.stream(of: demuxer, options: options, name: name)
        let parameters = stream.pointee.codecpar.pointee
        guard Int64(parameters.width) * Int64(parameters.height) <= options.maxPixels,
            stream.pointee.time_base.num > 0, stream.pointee.time_base.den > 0
        else {
            throw MediaError(
                .unsupported, "\(name): its pictures are too large, or have no clock: convert the video")
        }
        let base = stream.pointee.time_base
        timeBase = TimeBase(numerator: Int64(base.num), denominator: Int64(base.den))
        startPTS = stream.pointee.start_time == scn_no_timestamp ? nil : stream.pointee.start_time
        let shape = DecodingShape(parameters, plan: .exact, threads: options.threads, isRelievable: false)
        decoder = try Decoder(
            for: stream, name: name, options: options.chosen(for: parameters), shape: shape)
        // Decoding begins at key frames that need not be full resets.
        decoder.believesStart = true
        self.view = view
        viewer = FrameViewer(stream, views: [view])
        demuxer.keepOnly([stream.pointee.index])
        unwrapper = TimestampUnwrapper(bits: Int(stream.pointee.pts_wrap_bits))
        canJump = ["mov", "matroska"].contains(demuxer.formatName)
        self.longestKept = longestKept
        self.stop = stop
    }

    /// PTS here of an instant of events whose clock is `clock`: the same where the clocks agree, else at the
    /// same distance from the first picture.
    package func pts(of instant: Int64, on clock: MediaClock) -> Int64 {
        if clock.timeBase == timeBase { return instant }
        let (from, to) = (clock.timeBase, timeBase)
        let product =
            Int128(instant - clock.startPTS) * Int128(from.numerator) * Int128(to.denominator)
        let divisor = Int128(from.denominator) * Int128(to.numerator)
        // Rounded up: at or before it stands the picture itself, not the one before.
        let ticks = product / divisor + (product % divisor > 0 ? 1 : 0)
        return Int64(clamping: ticks) &+ (startPTS ?? 0)
    }

    /// Bounds here of what is shown in `range` of events whose clock is `clock`. Where the clocks differ they
    /// begin a tick earlier: `pts(of:on:)` rounds up, containers to the nearest tick.
    package func bounds(of range: ClosedRange<Int64>, on clock: MediaClock) -> ClosedRange<Int64> {
        let start = pts(of: range.lowerBound, on: clock) - (clock.timeBase == timeBase ? 0 : 1)
        return start...max(start, pts(of: range.upperBound &+ 1, on: clock) - 1)
    }

    /// Hands `body` a picture for each wish, in order of their PTS; none for a wish whose picture cannot be
    /// decoded, or lies behind what can be read of the file, which ends where its clock is set back. `body`
    /// returns false to end it.
    ///
    /// - Throws: `.interrupted`; `.cannotOpen` where memory is out.
    package func read(_ wishes: [Wish], _ body: (Answer) -> Bool) throws(MediaError) {
        var rest = wishes.sorted { $0.pts < $1.pts }[...]
        var group = PictureGroup()
        /// The group after it, as long as pictures of the first may come in it.
        var following: PictureGroup?
        /// Decodes the first group while it is read.
        var run: PictureRun?
        /// Decoding time of the packet before.
        var read: Int64?
        func decode(_ packet: Packet, _ run: PictureRun) -> Bool {
            var isOpen = true
            give(packet, to: run) { frame, time, next in
                isOpen = answer(&rest, before: next, by: frame, at: time, body: body)
                return isOpen && !rest.isEmpty
            }
            return isOpen
        }
        while !rest.isEmpty {
            guard let packet = try nextPacket() else { break }
            let isKey = beginsGroup(packet)
            // Without any: a second field of the picture before.
            let stamp = packet.stamp ?? packet.decodingStamp
            // The clock is set back: what follows is shown at other times than it tells.
            if isBack(packet.decodingStamp, behind: read)
                || isKey && isBack(stamp, behind: following?.latest ?? group.latest)
            {
                break
            }
            read = packet.decodingStamp ?? read
            if let key = following, let pts = stamp,
                isKey || pts > key.start ?? pts || key.byteCount > Self.mostBytes
            {
                guard try serve(&rest, from: group, key, run, body) else { return }
                (group, following, run) = (key, nil, nil)
                if !isKey, let next = rest.first?.pts, canJump, jumps(to: next, from: pts) {
                    (group, read) = (PictureGroup(), nil)
                    continue
                }
            }
            if isKey, stamp != nil, following == nil, !group.isEmpty { following = PictureGroup() }
            if following != nil {
                following?.add(packet, stamp, isKey: isKey)
            } else {
                group.add(packet, stamp, isKey: isKey)
            }
            if let run {
                guard decode(packet, run) else { return }
                if following == nil { group.packets = [] }
            } else if following == nil, group.byteCount > longestKept {
                let fresh = try newRun(from: group.start ?? startPTS ?? 0)
                for kept in group.packets where !rest.isEmpty { guard decode(kept, fresh) else { return } }
                (run, group.packets) = (fresh, [])
            }
        }
        if let key = following {
            guard try serve(&rest, from: group, key, run, body) else { return }
            (group, run) = (key, nil)
        }
        _ = try serve(&rest, from: group, nil, run, body)
    }

    // MARK: - Packets

    private func nextPacket() throws(MediaError) -> Packet? {
        guard let packet = av_packet_alloc() else {
            throw MediaError(.cannotOpen, "\(name): out of memory: free some")
        }
        defer {
            var blank: UnsafeMutablePointer<AVPacket>? = packet
            av_packet_free(&blank)
        }
        while true {
            switch demuxer.read(into: packet) {
            case .packet:
                guard packet.pointee.stream_index == stream.pointee.index else {
                    av_packet_unref(packet)
                    continue
                }
                func known(_ stamp: Int64) -> Int64? { stamp == scn_no_timestamp ? nil : stamp }
                let (dts, pts) = unwrapper.unwrap(
                    dts: known(packet.pointee.dts), pts: known(packet.pointee.pts))
                packet.pointee.dts = dts ?? scn_no_timestamp
                packet.pointee.pts = pts ?? scn_no_timestamp
                guard let moved = Packet(moving: packet, facts: PacketFacts()) else {
                    throw MediaError(.cannotOpen, "\(name): out of memory: free some")
                }
                return moved
            case .interrupted: throw MediaError.interrupted(name)
            case .end, .failed: return nil
            }
        }
    }

    /// Whether decoding may begin at a packet, and the time of its picture is known. Where pictures are
    /// reordered, the time of decoding is not that of the picture.
    private func beginsGroup(_ packet: Packet) -> Bool {
        guard packet.pointer.pointee.flags & AV_PKT_FLAG_KEY != 0 else { return false }
        let parameters = stream.pointee.codecpar.pointee
        guard packet.stamp != nil || parameters.video_delay <= 0 && packet.decodingStamp != nil else {
            return false
        }
        // AVI has empty pictures as key frames.
        guard parameters.codec_id == AV_CODEC_ID_MPEG4, let data = packet.pointer.pointee.data else {
            return true
        }
        let bytes = UnsafeBufferPointer(start: UnsafePointer(data), count: packet.byteCount)
        return MPEG4Pictures(bytes).isIntra ?? true
    }

    /// Whether a time lies more than a second in front of one that came before it.
    private func isBack(_ time: Int64?, behind former: Int64?) -> Bool {
        guard let time, let former else { return false }
        return time < former - timeBase.ticks(seconds: 1)
    }

    /// Goes on with reading shortly before `pts`, if that is far from `position`.
    private func jumps(to pts: Int64, from position: Int64) -> Bool {
        guard timeBase.seconds(pts - position) > Self.jump else { return false }
        // Indices count in decoding order, and a second covers what is reordered.
        let target = pts - timeBase.ticks(seconds: 1)
        return av_seek_frame(demuxer.context, stream.pointee.index, target, AVSEEK_FLAG_BACKWARD) >= 0
    }

    // MARK: - Answers

    private enum Choice: Hashable {
        /// The group's key frame, decoded alone.
        case key
        /// The next group's.
        case nextKey
        /// The picture itself.
        case exact
    }

    private typealias Found = (pts: Int64, picture: RGBPicture)

    /// Answers all wishes that lie before `next`; those before everything get the first picture. `run`: it
    /// has decoded the group, and has answered what came before its last pictures. Returns false once `body`
    /// has enough.
    private func serve(
        _ rest: inout ArraySlice<Wish>, from group: PictureGroup, _ next: PictureGroup?, _ run: PictureRun?,
        _ body: (Answer) -> Bool
    ) throws(MediaError) -> Bool {
        guard run != nil || !group.packets.isEmpty else { return true }
        let start = group.start ?? startPTS ?? 0
        let limit = next?.start
        var due = rest.prefix { wish in limit.map { wish.pts < $0 } ?? true }
        guard !due.isEmpty else { return true }
        rest = rest.dropFirst(due.count)
        var isOpen = true
        var stands: [Wish: Found] = [:]
        func take(_ frame: UnsafeMutablePointer<AVFrame>, _ time: Int64, _ end: Int64?) -> Bool {
            isOpen = answer(&due, before: end, by: frame, at: time, stands, body: body)
            return isOpen && !due.isEmpty
        }
        if let run {
            give(nil, to: run, take)
            return isOpen
        }
        let leading = next?.stamps.filter { $0 < limit ?? .max } ?? []
        let stamps = (group.stamps + leading).sorted()
        let choices = due.map { group.isTimed ? choice(for: $0, start, limit, stamps) : .exact }
        var keys: [Choice: Found] = [:]
        if choices.contains(.key) { keys[.key] = try keyPicture(of: group) }
        if choices.contains(.nextKey), let next { keys[.nextKey] = try keyPicture(of: next) }
        /// The last wish that no key frame stands for.
        var last: Wish?
        for (wish, choice) in zip(due, choices) {
            guard let key = keys[choice] else {
                last = wish
                continue
            }
            if wish.allows(key.pts) { stands[wish] = key }
        }
        if let last {
            let packets = group.packets + (next?.packets ?? [])
            let run = try newRun(from: start)
            var goesOn = true
            for packet in packets.prefix(Self.count(of: packets, upTo: last.pts)) where goesOn {
                guard !stop.isRaised else { throw MediaError.interrupted(name) }
                goesOn = give(packet, to: run, take)
            }
            if goesOn { give(nil, to: run, take) }
        }
        return isOpen && answer(&due, before: nil, by: nil, at: start, stands, body: body)
    }

    private func choice(for wish: Wish, _ start: Int64, _ limit: Int64?, _ stamps: [Int64]) -> Choice {
        let target = stamps.last { $0 <= wish.pts } ?? stamps.first ?? start
        if target <= start { return .key }
        guard let within = wish.within else { return .exact }
        let keys = [(Choice.key, start)] + (limit.map { [(Choice.nextKey, $0)] } ?? [])
        let near = keys.filter { within.contains($0.1) && wish.allows($0.1) }.min {
            ($0.1 - wish.pts).magnitude < ($1.1 - wish.pts).magnitude
        }
        return near?.0 ?? .exact
    }

    /// How many of a group's packets give the picture that is shown at `pts`: all of them where some do not
    /// tell when theirs is shown.
    private static func count(of packets: [Packet], upTo pts: Int64) -> Int {
        var last: (stamp: Int64, place: Int)?
        for (place, packet) in packets.enumerated() where !packet.isHidden {
            guard let stamp = packet.stamp else {
                guard packet.decodingStamp == nil else { return packets.count }
                continue
            }
            if stamp <= pts, stamp >= last?.stamp ?? stamp { last = (stamp, place) }
        }
        guard let last else { return packets.count }
        let behind = packets[(last.place + 1)...].prefix { $0.stamp == nil }
        return last.place + 1 + behind.count
    }

    /// Answers the wishes in front of `next`, nil: all of them, by the picture that is shown from `time`
    /// until then, or by what stands for it. Returns false once `body` has enough.
    private func answer(
        _ wishes: inout ArraySlice<Wish>, before next: Int64?, by frame: UnsafeMutablePointer<AVFrame>?,
        at time: Int64, _ stands: [Wish: Found] = [:], body: (Answer) -> Bool
    ) -> Bool {
        var made: RGBPicture?
        while let wish = wishes.first, next.map({ wish.pts < $0 }) ?? true {
            wishes.removeFirst()
            if let stand = stands[wish] {
                guard body(Answer(wish: wish, pts: stand.pts, picture: stand.picture)) else { return false }
            } else if let frame, wish.allows(time), let picture = made ?? picture(frame) {
                made = picture
                guard body(Answer(wish: wish, pts: time, picture: picture)) else { return false }
            }
        }
        return true
    }

    // MARK: - Pictures

    /// Decodes a group's key frame alone; nil where that cannot be.
    private func keyPicture(of group: PictureGroup) throws(MediaError) -> Found? {
        guard let first = group.packets.first, let start = group.start else { return nil }
        let run = try newRun(from: start)
        var found: Found?
        func take(_ frame: UnsafeMutablePointer<AVFrame>, _ time: Int64, _ end: Int64?) -> Bool {
            found = picture(frame).map { (pts: time, picture: $0) }
            return false
        }
        if give(first, to: run, take) { give(nil, to: run, take) }
        return found
    }

    private func newRun(from start: Int64) throws(MediaError) -> PictureRun {
        guard let run = PictureRun(decoder, start: start, second: timeBase.ticks(seconds: 1)) else {
            throw MediaError(.cannotOpen, "\(name): out of memory: free some")
        }
        return run
    }

    /// Counts what is decoded.
    @discardableResult
    private func give(_ packet: Packet?, to run: PictureRun, _ body: PictureRun.Taker) -> Bool {
        let before = run.decoded
        defer { decoded += run.decoded - before }
        return run.take(packet, body)
    }

    private func picture(_ frame: UnsafeMutablePointer<AVFrame>) -> RGBPicture? {
        viewer.view(frame, analysis: Self.blank).views[view]
    }
}
