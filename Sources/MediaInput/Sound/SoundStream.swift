import CFFmpeg
import Timeline

/// The sound that is read beside the video of a container: which stream, who decodes it, and its clock.
final class SoundStream {
    let index: Int32
    /// Microseconds after which its stamps begin anew; nil where they do not.
    let period: Int64?
    private let decoder: SoundDecoder

    /// nil where there is no such sound, or none that can be decoded.
    ///
    /// - Parameters:
    ///   - demuxer: the container.
    ///   - video: the stream whose pictures are read.
    ///   - program: number of the program that is read; nil where there are none.
    ///   - options: which sound is wanted.
    init?(
        of demuxer: Demuxer, beside video: UnsafeMutablePointer<AVStream>, program: Int?,
        options: MediaOptions
    ) {
        for stream in Self.candidates(demuxer, beside: video, program, options.sound) {
            guard let decoder = SoundDecoder(for: stream) else { continue }
            self.decoder = decoder
            index = stream.pointee.index
            let (base, bits) = (stream.pointee.time_base, stream.pointee.pts_wrap_bits)
            period =
                1..<63 ~= bits
                ? TimeBase(numerator: Int64(base.num), denominator: Int64(base.den))
                    .clampedMicroseconds(Int64(1) << Int64(bits)) : nil
            return
        }
        return nil
    }

    var queue: SoundQueue { decoder.queue }

    func take(_ packet: UnsafeMutablePointer<AVPacket>, videoPackets: Int64) {
        decoder.take(packet, videoPackets: videoPackets)
    }

    func finish(videoPackets: Int64) { decoder.finish(videoPackets: videoPackets) }

    /// The sounds that may be read, the best one first.
    private static func candidates(
        _ demuxer: Demuxer, beside video: UnsafeMutablePointer<AVStream>, _ program: Int?,
        _ choice: SoundChoice
    ) -> [UnsafeMutablePointer<AVStream>] {
        guard choice != .none else { return [] }
        var sounds = demuxer.streams.filter(isSound)
        if case .stream(let index) = choice { return sounds.filter { Int($0.pointee.index) == index } }
        if let program {
            sounds = sounds.filter { VideoStreamChoice.programs(of: $0, in: demuxer).contains(program) }
        }
        if let together = piecesHold(sounds, demuxer, video) { sounds = together }
        return sounds.sorted { rank($0).lexicographicallyPrecedes(rank($1)) }
    }

    /// Of a playlist, the sounds that pictures can wait for; nil where nothing is fetched besides.
    ///
    /// FFmpeg fetches the pieces of every stream that is wanted, and pictures wait for all of them. What
    /// comes in the pieces of the pictures, which carry the playlist's number, costs nothing. A recording's
    /// other pieces are all there; those of a live stream may stall it.
    private static func piecesHold(
        _ sounds: [UnsafeMutablePointer<AVStream>], _ demuxer: Demuxer,
        _ video: UnsafeMutablePointer<AVStream>
    ) -> [UnsafeMutablePointer<AVStream>]? {
        guard ["hls", "dash"].contains(demuxer.formatName) else { return nil }
        let together =
            demuxer.formatName == "hls" ? sounds.filter { $0.pointee.id == video.pointee.id } : []
        let isRecording = demuxer.claimedLength != nil
        return together.isEmpty && isRecording ? sounds : together
    }

    /// Checks that a stream that was asked for by its number is a sound.
    static func check(_ options: MediaOptions, in demuxer: Demuxer, name: String) throws(MediaError) {
        guard case .stream(let index) = options.sound else { return }
        let sounds = demuxer.streams.filter(isSound)
        guard !sounds.contains(where: { Int($0.pointee.index) == index }) else { return }
        let listing = sounds.map { "stream \($0.pointee.index) (\(Decoder.codecName($0)))" }
        throw MediaError(
            .noSuchStream,
            "\(name): no sound in stream \(index): "
                + (listing.isEmpty
                    ? "there is none at all" : "choose from \(listing.joined(separator: ", "))"))
    }

    private static func isSound(_ stream: UnsafeMutablePointer<AVStream>) -> Bool {
        stream.pointee.codecpar.pointee.codec_type == AVMEDIA_TYPE_AUDIO
    }

    /// Smaller is better: what is meant for all comes before descriptions and comments.
    private static func rank(_ stream: UnsafeMutablePointer<AVStream>) -> [Int] {
        let disposition = stream.pointee.disposition
        let special =
            AV_DISPOSITION_COMMENT | AV_DISPOSITION_VISUAL_IMPAIRED | AV_DISPOSITION_HEARING_IMPAIRED
            | AV_DISPOSITION_CLEAN_EFFECTS | AV_DISPOSITION_DEPENDENT
        return [
            disposition & special == 0 ? 0 : 1, disposition & AV_DISPOSITION_DEFAULT != 0 ? 0 : 1,
            Int(stream.pointee.index),
        ]
    }
}
