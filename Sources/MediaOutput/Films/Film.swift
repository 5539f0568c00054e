internal import Platform
import CFFmpeg
import CFFmpegShim
import Glibc
package import MediaInput
package import Timeline

/// A film that is copied: its streams, and its packets one after the other, time stamps unwrapped.
///
/// Reads files only, and nothing but the file: what it names stays closed. Used on one thread.
package final class Film {
    /// As messages name it.
    package let name: String
    let path: String
    /// The same without a scheme in front.
    private let place: String
    let context: UnsafeMutablePointer<AVFormatContext>
    let video: UnsafeMutablePointer<AVStream>
    /// Length of a tick of the video.
    package let timeBase: TimeBase
    let stop: StopFlag
    private let file: UnsafeMutablePointer<scn_file>
    private let times: PresentationTimes
    private var unwrappers: [TimestampUnwrapper]
    /// The first decoding time of all streams, in microseconds: clocks that wrap are unwrapped from here.
    private var origin: Int64?

    /// Opens and probes. `path` is a path or a file URL.
    package init(_ path: String, stop: StopFlag) throws(OutputFailure) {
        MediaLibrary.keepLog()
        name = MediaSource.url(path).displayName
        self.path = path
        self.stop = stop
        let place = ["file://", "file:"].first(where: path.hasPrefix).map { String(path.dropFirst($0.count)) }
        guard path != "-", place != nil || !path.contains("://") else {
            throw OutputFailure(
                .cannotOpen, "\(name): a film is copied from a file: save it, and give the file")
        }
        self.place = place ?? path
        let descriptor = FileName.withBytes(self.place) {
            Glibc.open($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        }
        guard descriptor >= 0 else {
            let remedy = FileRemedy.text(for: errno, isWriting: false)
            throw OutputFailure(.cannotOpen, "\(name): \(String(cString: strerror(errno))): \(remedy)")
        }
        file = .allocate(capacity: 1)
        file.initialize(to: scn_file(descriptor: descriptor, error: 0))
        var opened: UnsafeMutablePointer<AVFormatContext>?
        do throws(OutputFailure) {
            try Self.check(descriptor, name)
            opened = try Self.open(file, name)
            if let first = opened, !Self.knowsPictures(of: first) {
                Self.close(&opened)
                guard lseek(descriptor, 0, SEEK_SET) == 0 else {
                    throw OutputFailure(
                        .cannotOpen,
                        "\(name): \(String(cString: strerror(errno))): check the disk, and retry")
                }
                opened = try Self.open(file, name, probing: Self.longProbe)
            }
            guard let opened else { throw .outOfMemory }
            let all = (0..<Int(opened.pointee.nb_streams)).compactMap { opened.pointee.streams[$0] }
            guard let video = VideoStreamChoice.best(of: all) else {
                throw OutputFailure(
                    .unsupported, "\(name): no video stream in it: give a file with moving pictures")
            }
            let base = video.pointee.time_base
            guard base.num > 0, base.den > 0 else {
                throw OutputFailure(
                    .unsupported,
                    "\(name): the video has no clock: remux it with ffmpeg -i IN -c copy OUT.mkv")
            }
            guard video.pointee.codecpar.pointee.width > 0, video.pointee.codecpar.pointee.height > 0 else {
                throw OutputFailure(
                    .unsupported,
                    "\(name): the size of its pictures is not known after \(Self.longProbe >> 20) MB: remux it "
                        + "with ffmpeg -probesize 2G -analyzeduration 7200M -i IN -c copy OUT.mkv")
            }
            self.video = video
            timeBase = TimeBase(numerator: Int64(base.num), denominator: Int64(base.den))
            times = PresentationTimes(video)
            unwrappers = all.map { TimestampUnwrapper(bits: Int($0.pointee.pts_wrap_bits)) }
            context = opened
        } catch {
            Self.close(&opened)
            Glibc.close(descriptor)
            file.deallocate()
            throw error
        }
    }

    deinit {
        var closing: UnsafeMutablePointer<AVFormatContext>? = context
        Self.close(&closing)
        Glibc.close(file.pointee.descriptor)
        file.deallocate()
    }

    private static func check(_ descriptor: Int32, _ name: String) throws(OutputFailure) {
        var status = stat()
        guard fstat(descriptor, &status) == 0, [S_IFREG, S_IFBLK].contains(status.st_mode & S_IFMT) else {
            throw OutputFailure(
                .cannotOpen, "\(name): it cannot be read from any place: save it to a file, and give that")
        }
        guard status.st_size > 0 || status.st_mode & S_IFMT == S_IFBLK else {
            throw OutputFailure(.cannotOpen, "\(name): it is empty: give a video file")
        }
    }

    /// Bytes that are read where those that FFmpeg reads by itself, of at most 5 s, do not show the pictures:
    /// sound may begin long before them.
    private static let longProbe: Int64 = 128 << 20

    /// Size and format of the video's pictures are known; true where there is no video.
    private static func knowsPictures(of context: UnsafeMutablePointer<AVFormatContext>) -> Bool {
        let all = (0..<Int(context.pointee.nb_streams)).compactMap { context.pointee.streams[$0] }
        guard let parameters = VideoStreamChoice.best(of: all)?.pointee.codecpar.pointee else { return true }
        return parameters.width > 0 && parameters.height > 0 && parameters.format >= 0
    }

    /// `probing`: bytes that may be read to know what is in it, and however much time; nil: FFmpeg's limits.
    private static func open(
        _ file: UnsafeMutablePointer<scn_file>, _ name: String, probing bytes: Int64? = nil
    ) throws(OutputFailure) -> UnsafeMutablePointer<AVFormatContext>? {
        guard var context = avformat_alloc_context() else { throw .outOfMemory }
        guard let io = scn_file_open(file, 0, 1) else {
            avformat_free_context(context)
            throw .outOfMemory
        }
        context.pointee.pb = io
        context.pointee.flags |= AVFMT_FLAG_CUSTOM_IO
        context.pointee.correct_ts_overflow = 0
        context.pointee.max_streams = 64
        if let bytes {
            context.pointee.probesize = bytes
            context.pointee.max_analyze_duration = 3_600_000_000
        }
        var settings: OpaquePointer?
        defer { av_dict_free(&settings) }
        // Nothing in the file opens anything else.
        av_dict_set(&settings, "protocol_whitelist", "data", 0)
        var opening: UnsafeMutablePointer<AVFormatContext>? = context
        var status = avformat_open_input(&opening, "", nil, &settings)
        guard status >= 0, let opened = opening else {
            var io: UnsafeMutablePointer<AVIOContext>? = io
            scn_file_close(&io)
            throw unreadable(status, file, name)
        }
        context = opened
        status = avformat_find_stream_info(context, nil)
        guard status >= 0 else {
            var closing: UnsafeMutablePointer<AVFormatContext>? = context
            close(&closing)
            throw unreadable(status, file, name)
        }
        return context
    }

    private static func unreadable(
        _ status: Int32, _ file: UnsafeMutablePointer<scn_file>, _ name: String
    ) -> OutputFailure {
        let reason =
            file.pointee.error != 0
            ? String(cString: strerror(file.pointee.error))
            : status == scn_error_invalid_data ? "not a video format FFmpeg knows" : words(status)
        return OutputFailure(.cannotOpen, "\(name): \(reason): check the input with ffprobe")
    }

    private static func close(_ context: inout UnsafeMutablePointer<AVFormatContext>?) {
        var io = context?.pointee.pb
        avformat_close_input(&context)
        scn_file_close(&io)
    }

    // MARK: What it is

    var streams: [UnsafeMutablePointer<AVStream>] {
        (0..<Int(context.pointee.nb_streams)).compactMap { context.pointee.streams[$0] }
    }

    /// What it is kept in; nil for a container that is not written.
    package var container: Container? {
        switch String(cString: context.pointee.iformat.pointee.name).prefix(while: { $0 != "," }) {
        case "mov":
            var brand: String?
            if let entry = av_dict_get(context.pointee.metadata, "major_brand", nil, 0) {
                brand = String(cString: entry.pointee.value)
            }
            return brand == "qt  " ? .mov : .mp4
        case "matroska": return Container(fileName: name) == .webm ? .webm : .mkv
        case "mpegts": return .ts
        default: return nil
        }
    }

    /// FFmpeg's name of the video's codec.
    package var codec: String { String(cString: avcodec_get_name(video.pointee.codecpar.pointee.codec_id)) }

    /// Size of the pictures as they are coded.
    package var size: (width: Int, height: Int) {
        (Int(video.pointee.codecpar.pointee.width), Int(video.pointee.codecpar.pointee.height))
    }

    /// Seconds that the container claims to last; nil where it says nothing.
    package var claimedLength: Double? {
        context.pointee.duration > 0 ? Double(context.pointee.duration) / 1_000_000 : nil
    }

    /// Seconds that the container claims the pictures to last; nil where it tells the length of all streams
    /// together, and there are others. Matroska tells it in tags, if at all.
    package var claimedPictures: Double? {
        if let tag = av_dict_get(video.pointee.metadata, "DURATION", nil, 0) {
            let parts = String(cString: tag.pointee.value).split(separator: ":").compactMap { Double($0) }
            let seconds = parts.reduce(0) { $0 * 60 + $1 }
            if parts.count == 3, seconds.isFinite, seconds > 0 { return seconds }
        }
        let duration = video.pointee.duration
        if duration != scn_no_timestamp, duration > 0 { return timeBase.seconds(duration) }
        let isAlone = streams.allSatisfy { other in
            other == video || StreamTargets.isCover(other)
                || other.pointee.codecpar.pointee.codec_type == AVMEDIA_TYPE_ATTACHMENT
        }
        return isAlone ? claimedLength : nil
    }

    /// The file holds several films, one behind the other: `claimedLength` is that of the first. Walks over
    /// the whole file.
    package var isChain: Bool { StreamChain.isThere(in: place, video: Int(video.pointee.id), stop: stop) }

    /// Seconds at which the earliest stream begins.
    package var startSeconds: Double { Double(start) / 1_000_000 }

    /// Microseconds at which the earliest stream begins; where the container does not tell, as events have
    /// it: when the first picture is shown.
    var start: Int64 {
        context.pointee.start_time == scn_no_timestamp ? firstPicture : context.pointee.start_time
    }

    private lazy var firstPicture = findFirstPicture()

    // MARK: Packets

    /// Pictures read so far whose time follows from those behind them.
    var derivedTimes: Int { times.count }

    /// Why neither cuts nor chapters can be made of it.
    var lacksTimes: OutputFailure {
        OutputFailure(
            .unsupported,
            "\(name): its pictures have no times of their own: encode it again with "
                + "ffmpeg -i IN -c:v libx264 -c:a copy OUT.mkv, and run scened segment on that")
    }

    /// Packed B-frames have no packets of their own: no copy would have all pictures at their times.
    private func refusePacked(_ packet: UnsafeMutablePointer<AVPacket>) throws(OutputFailure) {
        guard packet.pointee.stream_index == video.pointee.index, packet.pointee.pts == scn_no_timestamp,
            video.pointee.codecpar.pointee.codec_id == AV_CODEC_ID_MPEG4, let data = packet.pointee.data
        else { return }
        let bytes = UnsafeBufferPointer(start: UnsafePointer(data), count: Int(packet.pointee.size))
        guard MPEG4Pictures(bytes).count > 1 else { return }
        throw OutputFailure(
            .unsupported,
            "\(name): it has packed B-frames, two pictures in a packet: write it again with "
                + "ffmpeg -i IN -c copy -bsf:v mpeg4_unpack_bframes OUT.avi, and run scened segment on that")
    }

    /// Of so many pictures, those without a time that are damage and no more: they follow the picture before.
    func mostUntimed(of pictures: Int) -> Int { pictures / 50 }

    /// Reads the next packet into `packet`, which must be blank; false at the end.
    func read(into packet: UnsafeMutablePointer<AVPacket>) throws(OutputFailure) -> Bool {
        while !times.pop(into: packet) {
            guard try readNext(into: packet) else {
                guard times.finish() else { return false }
                continue
            }
            if try !times.hold(packet) { return true }
        }
        return true
    }

    private func readNext(into packet: UnsafeMutablePointer<AVPacket>) throws(OutputFailure) -> Bool {
        if stop.isRaised { throw .interrupted }
        var status = av_read_frame(context, packet)
        while status == scn_error_again { status = av_read_frame(context, packet) }
        guard status >= 0 else {
            if file.pointee.error != 0 {
                throw OutputFailure(
                    .damaged,
                    "\(name): \(String(cString: strerror(file.pointee.error))): copy it again, and retry")
            }
            // Some demuxers call the end a fault (RoQ, GXF); reading itself has not failed.
            let ends = [
                scn_error_eof, scn_error_invalid_data, scn_error_io, scn_error_from_errno(EPERM),
            ]
            guard ends.contains(status) else {
                throw OutputFailure(.damaged, "\(name): \(words(status)): check it with ffprobe")
            }
            return false
        }
        PacketTimes.bound(packet)
        do throws(OutputFailure) {
            try refusePacked(packet)
        } catch {
            av_packet_unref(packet)
            throw error
        }
        unwrap(packet)
        return true
    }

    private func unwrap(_ packet: UnsafeMutablePointer<AVPacket>) {
        let index = Int(packet.pointee.stream_index)
        guard let stream = context.pointee.streams[index] else { return }
        let bits = Int(stream.pointee.pts_wrap_bits)
        while unwrappers.count <= index { unwrappers.append(TimestampUnwrapper(bits: bits)) }
        guard bits < 63 else { return }
        func known(_ stamp: Int64) -> Int64? { stamp == scn_no_timestamp ? nil : stamp }
        let microsecond = AVRational(num: 1, den: 1_000_000)
        if let origin {
            seedIfFresh(index, av_rescale_q(origin, microsecond, stream.pointee.time_base))
        }
        let (dts, pts) = unwrappers[index].unwrap(
            dts: known(packet.pointee.dts), pts: known(packet.pointee.pts))
        packet.pointee.dts = dts ?? scn_no_timestamp
        packet.pointee.pts = pts ?? scn_no_timestamp
        if origin == nil, let first = dts ?? pts {
            origin = av_rescale_q(first, stream.pointee.time_base, microsecond)
            seeded.insert(index)
        }
    }

    private var seeded: Set<Int> = []

    /// The clock of a stream goes with that of the first one.
    private func seedIfFresh(_ index: Int, _ stamp: Int64) {
        guard seeded.insert(index).inserted else { return }
        _ = unwrappers[index].unwrap(dts: stamp, pts: nil)
    }
}
