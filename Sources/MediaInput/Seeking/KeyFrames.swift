import CFFmpeg
import CFFmpegShim
package import Timeline

/// Pictures at chosen instants of a film, in a pass of its own that decodes as little as it can.
///
/// Reads packets in order and passes over groups of pictures that nobody asks for; where the next instant is
/// far away, it goes there by the container's index. Most answers are key frames, decoded alone; others cost
/// a part of their group. Memory: the packets of one group, at most `patience` of them.
///
/// Reads files only, for it goes back and forth. Used on one thread; several may decode behind it.
package final class KeyFrames {
    /// An instant whose picture is wanted.
    package struct Wish: Hashable, Sendable {
        /// The picture shown then: the last one at or before it.
        package var pts: Int64
        /// A key frame in here may stand for it, and is cheaper; nil: no other picture may.
        package var within: ClosedRange<Int64>?

        package init(pts: Int64, within: ClosedRange<Int64>? = nil) {
            self.pts = pts
            self.within = within
        }
    }

    /// A picture for a wish.
    package struct Answer: Sendable {
        package var wish: Wish
        /// Of the picture, which need not be the one that was wished for.
        package var pts: Int64
        package var picture: RGBPicture
    }

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
    private let patience: Int
    private let stop: StopFlag
    private var unwrapper: TimestampUnwrapper
    private let canJump: Bool

    /// Instants closer than this, in seconds, are reached by reading on.
    private static let jump = 20.0
    /// Bytes of packets kept of one group; what comes behind is not decoded.
    private static let mostBytes = 128 << 20
    private static let blank = AnalysisPicture(
        planes: [UInt8](repeating: 0, count: AnalysisPicture.byteCount))

    /// Opens a file for pictures as people see them. `longestSide`: pixels on the longer side of each
    /// picture, which is never enlarged; else as the other initializer.
    package convenience init(
        _ path: String, longestSide: Int, options: MediaOptions = MediaOptions(), patience: Int = 300,
        stop: StopFlag
    ) throws(MediaError) {
        try self.init(
            path, view: .thumbnail(longestSide: longestSide), options: options, patience: patience, stop: stop
        )
    }

    /// Opens a file.
    ///
    /// - Parameters:
    ///   - path: a path or a file URL.
    ///   - view: what each picture shows.
    ///   - options: which stream is read, and limits; its views and plan count for nothing.
    ///   - patience: packets decoded at most for one picture; where more are needed, the key frame before it
    ///     is given. 0: key frames only.
    ///   - stop: ends reading when raised.
    /// - Throws: why it cannot be read.
    package init(
        _ path: String, view: Picture.View, options: MediaOptions = MediaOptions(), patience: Int = 300,
        stop: StopFlag
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
        self.patience = patience
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

    /// Hands `body` a picture for each wish, in order of their PTS; none for a wish of whose group nothing
    /// can be decoded. `body` returns false to end it.
    ///
    /// - Throws: `.interrupted`; `.cannotOpen` where the file breaks off before the last wish.
    package func read(_ wishes: [Wish], _ body: (Answer) -> Bool) throws(MediaError) {
        var rest = wishes.sorted { $0.pts < $1.pts }[...]
        let limit = max(1, patience)
        var group = Group()
        /// The group after it, as long as pictures of the first may come in it.
        var following: Group?
        while !rest.isEmpty {
            guard let packet = try nextPacket() else { break }
            let isKey = packet.pointer.pointee.flags & AV_PKT_FLAG_KEY != 0
            guard let pts = packet.stamp ?? packet.decodingStamp else {
                // A second field of the picture before.
                if following != nil {
                    following?.extend(packet, limit)
                } else {
                    group.extend(packet, limit)
                }
                continue
            }
            if let key = following, isKey || pts > key.start ?? pts {
                guard serve(&rest, from: group, key, body) else { return }
                group = key
                following = nil
                if !isKey, let next = rest.first?.pts, canJump, jumps(to: next, from: pts) {
                    group = Group()
                    continue
                }
            }
            if isKey, !group.isEmpty {
                following = Group()
                following?.add(packet, pts, limit)
            } else if following != nil {
                following?.add(packet, pts, limit)
            } else {
                group.add(packet, pts, limit)
            }
        }
        if let following {
            guard serve(&rest, from: group, following, body) else { return }
            group = following
        }
        _ = serve(&rest, from: group, nil, body)
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

    /// Goes on with reading shortly before `pts`, if that is far from `position`.
    private func jumps(to pts: Int64, from position: Int64) -> Bool {
        guard timeBase.seconds(pts - position) > Self.jump else { return false }
        // Indices count in decoding order, and a second covers what is reordered.
        let target = pts - timeBase.ticks(seconds: 1)
        return av_seek_frame(demuxer.context, stream.pointee.index, target, AVSEEK_FLAG_BACKWARD) >= 0
    }

    // MARK: - Answers

    /// The packets from a key frame to the next.
    private struct Group {
        var packets: [Packet] = []
        /// PTS of all its pictures, also of packets that were dropped.
        var stamps: [Int64] = []
        var start: Int64?
        private var bytes = 0

        var isEmpty: Bool { stamps.isEmpty }

        mutating func add(_ packet: Packet, _ pts: Int64, _ limit: Int) {
            if start == nil { start = pts }
            if !packet.isHidden { stamps.append(pts) }
            extend(packet, limit)
        }

        mutating func extend(_ packet: Packet, _ limit: Int) {
            guard packets.count < limit, bytes < KeyFrames.mostBytes else { return }
            bytes += packet.byteCount
            packets.append(packet)
        }
    }

    private enum Choice: Hashable {
        /// The group's key frame, decoded alone.
        case key
        /// The next group's.
        case nextKey
        case exact(Int64)
    }

    /// Answers all wishes that lie before `next`; those before everything get the first picture.
    private func serve(
        _ rest: inout ArraySlice<Wish>, from group: Group, _ next: Group?, _ body: (Answer) -> Bool
    ) -> Bool {
        guard let start = group.start else { return true }
        let limit = next?.start
        let due = rest.prefix { wish in limit.map { wish.pts < $0 } ?? true }
        guard !due.isEmpty else { return true }
        rest = rest.dropFirst(due.count)
        let leading = next?.stamps.filter { $0 < limit ?? .max } ?? []
        let stamps = (group.stamps + leading).sorted()
        let choices = due.map { choice(for: $0, start, limit, stamps, group, next) }
        let made = pictures(for: Set(choices), group, next)
        for (wish, choice) in zip(due, choices) {
            guard let answer = made[choice] ?? made[.key] else { continue }
            guard body(Answer(wish: wish, pts: answer.pts, picture: answer.picture)) else { return false }
        }
        return true
    }

    private func choice(
        for wish: Wish, _ start: Int64, _ limit: Int64?, _ stamps: [Int64], _ group: Group, _ next: Group?
    ) -> Choice {
        let target = stamps.last { $0 <= wish.pts } ?? stamps.first ?? start
        if target <= start { return .key }
        if let within = wish.within {
            let keys = [(Choice.key, start)] + (limit.map { [(Choice.nextKey, $0)] } ?? [])
            let near = keys.filter { within.contains($0.1) }.min {
                ($0.1 - wish.pts).magnitude < ($1.1 - wish.pts).magnitude
            }
            if let near { return near.0 }
        }
        guard patience > 0 else { return .key }
        let isKept = (group.packets + (next?.packets ?? [])).prefix(patience).contains { $0.stamp == target }
        return isKept ? .exact(target) : .key
    }

    private func pictures(
        for choices: Set<Choice>, _ group: Group, _ next: Group?
    ) -> [Choice: (pts: Int64, picture: RGBPicture)] {
        var made: [Choice: (pts: Int64, picture: RGBPicture)] = [:]
        let exact = Set(choices.compactMap { if case .exact(let pts) = $0 { pts } else { nil } })
        if !exact.isEmpty {
            let all = group.packets + (next?.packets ?? [])
            let count = (all.lastIndex { exact.contains($0.stamp ?? .min) } ?? 0) + 1
            decode(all.prefix(count)) { pts, frame in
                guard exact.contains(pts), let picture = picture(frame) else { return }
                made[.exact(pts)] = (pts, picture)
            }
        }
        let missesSome = made.count < exact.count
        if choices.contains(.key) || missesSome {
            decode(group.packets.prefix(1)) { pts, frame in
                if let picture = picture(frame) { made[.key] = (pts, picture) }
            }
        }
        if choices.contains(.nextKey), let next {
            decode(next.packets.prefix(1)) { pts, frame in
                if let picture = picture(frame) { made[.nextKey] = (pts, picture) }
            }
        }
        return made
    }

    /// Decodes packets that begin at a key frame.
    private func decode(
        _ packets: ArraySlice<Packet>, _ body: (Int64, UnsafeMutablePointer<AVFrame>) -> Void
    ) {
        func receive() {
            while true {
                switch decoder.receive() {
                case .picture:
                    decoded += 1
                    let stamp = decoder.frame.pointee.best_effort_timestamp
                    body(stamp == scn_no_timestamp ? decoder.frame.pointee.pts : stamp, decoder.frame)
                case .refused: continue
                case .needsPacket, .ended: return
                }
            }
        }
        for packet in packets {
            guard !stop.isRaised else { break }
            _ = decoder.send(packet.pointer)
            receive()
        }
        _ = decoder.send(nil)
        receive()
        decoder.restart()
    }

    private func picture(_ frame: UnsafeMutablePointer<AVFrame>) -> RGBPicture? {
        viewer.view(frame, analysis: Self.blank).views[view]
    }
}
