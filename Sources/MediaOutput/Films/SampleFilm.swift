import CFFmpeg
import CFFmpegShim

/// A film that is made up to measure with: four shots of two to three seconds, each a pan over a painted
/// wall with grain on it, at the bit rate that such films have. The shots come again and again.
///
/// Equal settings give equal pictures; what an encoder makes of them is its own.
package struct SampleFilm: Sendable {
    package enum Codec: String, CaseIterable, Sendable {
        case h264, hevc, mpeg2

        /// FFmpeg's name of the encoder.
        var encoder: String {
            switch self {
            case .h264: "libx264"
            case .hevc: "libx265"
            case .mpeg2: "mpeg2video"
            }
        }

        /// Whether this FFmpeg has the encoder.
        package var isThere: Bool { avcodec_find_encoder_by_name(encoder) != nil }

        /// Bits a second at `height` lines: of broadcasts in H.264 5 million at 1080, half of it in HEVC,
        /// thrice in MPEG-2.
        package func bitRate(height: Int) -> Int {
            let share = Double(height * height) / (1080 * 1080)
            return switch self {
            case .h264: Int(5_000_000 * share)
            case .hevc: Int(2_500_000 * share)
            case .mpeg2: Int(15_000_000 * share)
            }
        }
    }

    package var codec: Codec
    package var height: Int
    /// Of ten seconds each.
    package var rounds: Int

    package static let rate = 25
    /// Pictures of a round.
    package static let pictures = 250
    /// First pictures of shots.
    static let cuts = [0, 75, 150, 200]

    package init(codec: Codec, height: Int, rounds: Int) {
        (self.codec, self.height, self.rounds) = (codec, height, rounds)
    }

    package var width: Int { height * 16 / 9 / 2 * 2 }
    package var seconds: Double { Double(rounds * Self.pictures) / Double(Self.rate) }

    /// Writes it as Matroska. `shouldStop` is asked at each picture. Throws: this FFmpeg has no such encoder,
    /// the file cannot be written, or it was stopped.
    package func write(to path: String, shouldStop: () -> Bool) throws(OutputFailure) {
        let encoder = try SampleEncoder(self)
        var canvas = SampleCanvas(width: width, height: height)
        for number in 0..<Self.pictures {
            guard !shouldStop() else { throw .interrupted }
            try encoder.push { frame in canvas.paint(number, into: frame) }
        }
        try encoder.finish()
        let muxer = try Muxer(path: path, container: .mkv)
        try encoder.write(rounds: rounds, to: muxer)
        try muxer.finish()
    }
}

/// Encodes the pictures of a round, and keeps the packets.
private final class SampleEncoder {
    private var context: UnsafeMutablePointer<AVCodecContext>?
    private var frame: UnsafeMutablePointer<AVFrame>?
    private var packets: [UnsafeMutablePointer<AVPacket>] = []
    private var count: Int64 = 0

    init(_ film: SampleFilm) throws(OutputFailure) {
        guard let codec = avcodec_find_encoder_by_name(film.codec.encoder) else {
            throw OutputFailure(
                .unsupported, "this FFmpeg encodes no \(film.codec.rawValue): name a film to measure with")
        }
        guard let opened = avcodec_alloc_context3(codec) else { throw .outOfMemory }
        context = opened
        opened.pointee.width = Int32(film.width)
        opened.pointee.height = Int32(film.height)
        opened.pointee.pix_fmt = AV_PIX_FMT_YUV420P
        opened.pointee.framerate = AVRational(num: Int32(SampleFilm.rate), den: 1)
        opened.pointee.time_base = AVRational(num: 1, den: Int32(SampleFilm.rate))
        opened.pointee.gop_size = 50
        opened.pointee.bit_rate = Int64(film.codec.bitRate(height: film.height))
        opened.pointee.rc_max_rate = opened.pointee.bit_rate * 2
        opened.pointee.rc_buffer_size = Int32(opened.pointee.bit_rate * 2)
        opened.pointee.flags |= AV_CODEC_FLAG_GLOBAL_HEADER | AV_CODEC_FLAG_BITEXACT
        opened.pointee.flags |= Int32(bitPattern: AV_CODEC_FLAG_CLOSED_GOP)
        if film.codec == .mpeg2 { opened.pointee.max_b_frames = 2 }
        var options: OpaquePointer?
        defer { av_dict_free(&options) }
        switch film.codec {
        case .h264: av_dict_set(&options, "preset", "veryfast", 0)
        case .hevc:
            av_dict_set(&options, "preset", "ultrafast", 0)
            av_dict_set(&options, "x265-params", "open-gop=0:bframes=3:info=0:log-level=none", 0)
        // FFmpeg's encoder closes groups only where it looks for no scene changes.
        case .mpeg2: av_dict_set(&options, "sc_threshold", "1000000000", 0)
        }
        let status = avcodec_open2(opened, codec, &options)
        guard status >= 0 else {
            throw OutputFailure(
                .unsupported,
                "\(film.codec.encoder) cannot be opened (\(words(status))): name a film to measure with")
        }
    }

    deinit {
        for packet in packets {
            var packet: UnsafeMutablePointer<AVPacket>? = packet
            av_packet_free(&packet)
        }
        av_frame_free(&frame)
        avcodec_free_context(&context)
    }

    /// Encodes the next picture, which `paint` fills.
    func push(_ paint: (UnsafeMutablePointer<AVFrame>) -> Void) throws(OutputFailure) {
        guard let context, let made = frame ?? av_frame_alloc() else { throw .outOfMemory }
        if frame == nil {
            frame = made
            made.pointee.format = AV_PIX_FMT_YUV420P.rawValue
            made.pointee.width = context.pointee.width
            made.pointee.height = context.pointee.height
            guard av_frame_get_buffer(made, 0) >= 0 else { throw .outOfMemory }
        }
        // The encoder may still hold the last one.
        guard av_frame_make_writable(made) >= 0 else { throw .outOfMemory }
        paint(made)
        made.pointee.pts = count
        count += 1
        try send(made)
    }

    func finish() throws(OutputFailure) { try send(nil) }

    private func send(_ frame: UnsafeMutablePointer<AVFrame>?) throws(OutputFailure) {
        let status = avcodec_send_frame(context, frame)
        guard status >= 0 else {
            throw OutputFailure(
                .unsupported, "a picture cannot be encoded (\(words(status))): name a film to measure with")
        }
        while true {
            guard let packet = av_packet_alloc() else { throw .outOfMemory }
            guard avcodec_receive_packet(context, packet) >= 0 else {
                var packet: UnsafeMutablePointer<AVPacket>? = packet
                av_packet_free(&packet)
                return
            }
            packets.append(packet)
        }
    }

    /// Writes the packets `rounds` times, each time later.
    func write(rounds: Int, to muxer: Muxer) throws(OutputFailure) {
        guard let context, let stream = avformat_new_stream(muxer.context, nil),
            avcodec_parameters_from_context(stream.pointee.codecpar, context) >= 0
        else { throw .outOfMemory }
        stream.pointee.time_base = context.pointee.time_base
        stream.pointee.avg_frame_rate = context.pointee.framerate
        try muxer.start()
        for round in 0..<rounds {
            for packet in packets {
                guard let copy = av_packet_clone(packet) else { throw .outOfMemory }
                defer {
                    var copy: UnsafeMutablePointer<AVPacket>? = copy
                    av_packet_free(&copy)
                }
                let later = Int64(round) * count
                copy.pointee.pts += later
                copy.pointee.dts += later
                copy.pointee.duration = 1
                try muxer.write(copy, to: 0, from: context.pointee.time_base)
            }
        }
    }
}

/// Paints the pictures: a wall of soft patches for each shot, through which the camera pans.
private struct SampleCanvas {
    let width: Int
    let height: Int
    private var wall: [UInt8] = []
    private var wallWidth: Int
    private var shot = -1
    private let grain: [UInt8]
    private var state: UInt64 = 0x9e37_79b9_7f4a_7c15

    init(width: Int, height: Int) {
        (self.width, self.height) = (width, height)
        wallWidth = width + 256
        var state: UInt64 = 1
        grain = (0..<(1 << 16)).map { _ in UInt8(Self.next(&state) >> 61) }
    }

    /// xorshift64 (Marsaglia, 2003).
    private static func next(_ state: inout UInt64) -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }

    /// Brightness between points 48 pixels apart, drawn by chance and joined by straight lines, with finer
    /// points 8 pixels apart on top.
    private mutating func build() {
        let wallHeight = height + 64
        wall = [UInt8](repeating: 0, count: wallWidth * wallHeight)
        for (step, strength) in [(48, 150), (8, 60)] {
            let columns = wallWidth / step + 2
            let points = (0..<columns * (wallHeight / step + 2)).map { _ in
                Int(Self.next(&state) >> 32) % strength
            }
            for row in 0..<wallHeight {
                let (top, down) = (row / step * columns, row % step)
                for column in 0..<wallWidth {
                    let (left, across) = (column / step, column % step)
                    let place = top + left
                    let above = points[place] * (step - across) + points[place + 1] * across
                    let below =
                        points[place + columns] * (step - across) + points[place + columns + 1] * across
                    wall[row * wallWidth + column] += UInt8(
                        (above * (step - down) + below * down) / (step * step))
                }
            }
        }
    }

    /// Fills a picture in YUV 4:2:0.
    mutating func paint(_ number: Int, into frame: UnsafeMutablePointer<AVFrame>) {
        let current = (SampleFilm.cuts.lastIndex { $0 <= number }) ?? 0
        if current != shot {
            shot = current
            build()
        }
        let moved = number - SampleFilm.cuts[current]
        let (across, down) = (min(moved * 2, 255), moved / 4)
        let stride = Int(frame.pointee.linesize.0)
        guard let luma = frame.pointee.data.0 else { return }
        var seed = Int(Self.next(&state) & 0xffff)
        for row in 0..<height {
            let source = (row + down) * wallWidth + across
            for column in 0..<width {
                seed = (seed + 1) & 0xffff
                luma[row * stride + column] = 16 + wall[source + column] / 2 + grain[seed]
            }
        }
        for (plane, line, base) in [
            (frame.pointee.data.1, Int(frame.pointee.linesize.1), 100 + current * 14),
            (frame.pointee.data.2, Int(frame.pointee.linesize.2), 150 - current * 12),
        ] {
            guard let plane else { continue }
            for row in 0..<height / 2 {
                for column in 0..<width / 2 {
                    let tint = Int(wall[(row * 2 + down) * wallWidth + column * 2 + across]) / 16
                    plane[row * line + column] = UInt8(base + tint)
                }
            }
        }
    }
}
