internal import Platform
import CFFmpeg
import CFFmpegShim
import Glibc

/// A film that is being written. It has its name once it is finished; given up before that, it goes.
///
/// Used on one thread; blocks while the disk does.
final class Muxer {
    let container: Container
    /// As messages name it.
    let path: String
    let context: UnsafeMutablePointer<AVFormatContext>
    private var output: OutputFile
    private let file: UnsafeMutablePointer<scn_file>
    private var hasHeader = false
    /// Packets written so far.
    private(set) var packets = 0

    /// Creates the file, or opens what stands there: a pipe, a device. `path` nil is standard output.
    init(path: String?, container: Container) throws(OutputFailure) {
        self.container = container
        let shown = path ?? "standard output"
        self.path = shown
        let output: OutputFile
        if let path {
            do throws(OutputError) {
                output = try OutputFile(path: path)
            } catch {
                throw OutputFailure(.cannotWrite, "\(error); give a writable path")
            }
        } else {
            output = OutputFile(descriptor: STDOUT_FILENO, name: shown)
        }
        guard output.isFile || container.streams else {
            throw OutputFailure(
                .usage,
                "'\(shown)' is not a file, and \(container.title) is written by seeking back in it: "
                    + "give a file, or a name that ends in .mkv")
        }
        var made: UnsafeMutablePointer<AVFormatContext>?
        guard avformat_alloc_output_context2(&made, nil, container.muxer, nil) >= 0, let made else {
            throw OutputFailure(
                .unsupported,
                "this FFmpeg cannot write \(container.title): choose another container")
        }
        context = made
        file = .allocate(capacity: 1)
        file.initialize(to: scn_file(descriptor: output.descriptor, error: 0))
        context.pointee.pb = scn_file_open(file, 1, output.isFile ? 1 : 0)
        context.pointee.flags |= AVFMT_FLAG_CUSTOM_IO | AVFMT_FLAG_BITEXACT
        // Reads back what it has written, to put the index in front.
        if let place = output.currentPath {
            context.pointee.url = FileName.withBytes("file:" + place) { av_strdup($0) }
        }
        self.output = output
        guard context.pointee.pb != nil else { throw .outOfMemory }
    }

    deinit {
        var io = context.pointee.pb
        context.pointee.pb = nil
        scn_file_close(&io)
        avformat_free_context(context)
        file.deallocate()
    }

    /// Adds a stream like `source`. Throws where memory is out.
    func add(_ source: UnsafeMutablePointer<AVStream>) throws(OutputFailure) -> UnsafeMutablePointer<AVStream>
    {
        try Self.add(source, to: context, in: container)
    }

    /// The same for a context of `container` that is nobody's yet.
    static func add(
        _ source: UnsafeMutablePointer<AVStream>, to context: UnsafeMutablePointer<AVFormatContext>,
        in container: Container
    ) throws(OutputFailure) -> UnsafeMutablePointer<AVStream> {
        guard let stream = avformat_new_stream(context, nil),
            avcodec_parameters_copy(stream.pointee.codecpar, source.pointee.codecpar) >= 0,
            scn_copy_side_data(source, stream) >= 0,
            av_dict_copy(&stream.pointee.metadata, source.pointee.metadata, 0) >= 0
        else { throw .outOfMemory }
        let parameters = stream.pointee.codecpar
        if let format = context.pointee.oformat, let parameters,
            scn_keeps_tag(format, Int32(parameters.pointee.codec_id.rawValue), parameters.pointee.codec_tag)
                == 0
        {
            parameters.pointee.codec_tag = 0
        }
        stream.pointee.time_base = source.pointee.time_base
        stream.pointee.avg_frame_rate = source.pointee.avg_frame_rate
        stream.pointee.r_frame_rate = source.pointee.r_frame_rate
        stream.pointee.sample_aspect_ratio = source.pointee.sample_aspect_ratio
        stream.pointee.disposition = source.pointee.disposition
        if container.isMovie == false { stream.pointee.id = 0 } else { stream.pointee.id = source.pointee.id }
        return stream
    }

    /// The streams are known. `options`: the muxer's own.
    func start(_ options: [String: String] = [:]) throws(OutputFailure) {
        var settings: OpaquePointer?
        defer { av_dict_free(&settings) }
        for (key, value) in options { av_dict_set(&settings, key, value, 0) }
        let status = avformat_write_header(context, &settings)
        guard status >= 0 else { throw failure(status) }
        hasHeader = true
    }

    /// Writes a packet whose times are in `base`, and blanks it.
    func write(
        _ packet: UnsafeMutablePointer<AVPacket>, to stream: Int32, from base: AVRational
    ) throws(OutputFailure) {
        guard let target = context.pointee.streams[Int(stream)] else { return }
        packet.pointee.stream_index = stream
        packet.pointee.pos = -1
        av_packet_rescale_ts(packet, base, target.pointee.time_base)
        let status = av_interleaved_write_frame(context, packet)
        guard status >= 0, file.pointee.error == 0 else { throw failure(status) }
        packets += 1
    }

    /// The film is whole: on disk, and named, when this returns.
    func finish() throws(OutputFailure) {
        let status = av_write_trailer(context)
        var io = context.pointee.pb
        context.pointee.pb = nil
        scn_file_close(&io)
        guard status >= 0, file.pointee.error == 0 else { throw failure(status) }
        do throws(OutputError) {
            try output.finish()
        } catch {
            throw Self.failure(path, error.number)
        }
    }

    private func failure(_ status: Int32) -> OutputFailure {
        let number = file.pointee.error != 0 ? file.pointee.error : status
        if number == EPIPE { return OutputFailure(.consumerGone, "") }
        if number > 0 { return Self.failure(path, number) }
        if [ENOSPC, EDQUOT, EFBIG, EIO].contains(-status) { return Self.failure(path, -status) }
        let other = container.timesAll ? "write MP4" : "write Matroska (.mkv)"
        return OutputFailure(
            .unsupported,
            "\(container.title) refuses the film (\(words(status))): \(other), or encode the film again with "
                + "ffmpeg")
    }

    private static func failure(_ path: String, _ number: Int32) -> OutputFailure {
        OutputFailure(
            .cannotWrite,
            "cannot write '\(path)': \(String(cString: strerror(number))); "
                + FileRemedy.text(for: number, isWriting: true))
    }
}
