import CFFmpeg

/// What becomes of a stream of a film in a container.
enum StreamPlace {
    /// Its packets are copied.
    case copied
    /// A cover: a stream of one packet.
    case cover
    /// A file, or a cover that becomes one.
    case attached
    /// The container makes it anew: chapters and timecode of QuickTime.
    case madeAnew
    case leftOut

    init(of stream: UnsafeMutablePointer<AVStream>, in container: Container) {
        let parameters = stream.pointee.codecpar.pointee
        if StreamTargets.isMadeAnew(stream) {
            self = .madeAnew
        } else if StreamTargets.isCover(stream), container == .mkv {
            self = .attached
        } else if StreamTargets.isCover(stream) {
            // QuickTime's muxer passes over covers, and that of MP4 over those of other codecs.
            let codecs = [AV_CODEC_ID_MJPEG, AV_CODEC_ID_PNG, AV_CODEC_ID_BMP]
            let isKept = container == .mp4 && codecs.contains(parameters.codec_id)
            self = isKept && Muxer.takes(stream, container) ? .cover : .leftOut
        } else {
            switch parameters.codec_type {
            case AVMEDIA_TYPE_VIDEO, AVMEDIA_TYPE_AUDIO, AVMEDIA_TYPE_SUBTITLE:
                self = Muxer.takes(stream, container) ? .copied : .leftOut
            case AVMEDIA_TYPE_ATTACHMENT: self = Muxer.takes(stream, container) ? .attached : .leftOut
            default:
                self = container == .ts && parameters.codec_id == AV_CODEC_ID_SCTE_35 ? .copied : .leftOut
            }
        }
    }

    /// It is in the file.
    var isKept: Bool { self == .copied || self == .cover || self == .attached }
}

/// Which stream of a film becomes which of the copy.
struct StreamTargets {
    private var targets: [Int32?] = []

    subscript(_ index: Int) -> Int32? { index < targets.count ? targets[index] : nil }

    /// Adds all streams that the container takes. The others are named, unless the container makes them anew.
    mutating func add(
        all film: Film, to muxer: Muxer, leftOut: inout [LeftOutStream]
    ) throws(OutputFailure) {
        for stream in film.streams {
            switch StreamPlace(of: stream, in: muxer.container) {
            case .copied, .cover: targets.append(try muxer.add(stream).pointee.index)
            case .attached:
                try Self.attach(stream, to: muxer)
                targets.append(nil)
            case .madeAnew: targets.append(nil)
            case .leftOut:
                targets.append(nil)
                leftOut.append(
                    Self.leftOut(stream, of: film, among: Container.allCases.filter(\.hasChapters)))
            }
        }
    }

    /// Says that a stream is left out, and which of `containers` would keep it.
    static func leftOut(
        _ stream: UnsafeMutablePointer<AVStream>, of film: Film, among containers: [Container]
    ) -> LeftOutStream {
        let keeper = Container.widestFirst.first { container in
            containers.contains(container) && StreamPlace(of: stream, in: container).isKept
                && Muxer.takes(film.video, container)
        }
        return LeftOutStream(number: Int(stream.pointee.index), kind: kind(stream), keeper: keeper)
    }

    /// Its packets follow one another in time.
    static func isTimed(_ stream: UnsafeMutablePointer<AVStream>) -> Bool {
        let type = stream.pointee.codecpar.pointee.codec_type
        return (type == AVMEDIA_TYPE_VIDEO || type == AVMEDIA_TYPE_AUDIO) && !isCover(stream)
    }

    /// One picture that is no part of what is shown.
    static func isCover(_ stream: UnsafeMutablePointer<AVStream>) -> Bool {
        stream.pointee.disposition & AV_DISPOSITION_ATTACHED_PIC != 0
    }

    /// Tracks of text and timecode that hold what the muxer writes by itself.
    static func isMadeAnew(_ stream: UnsafeMutablePointer<AVStream>) -> Bool {
        let parameters = stream.pointee.codecpar.pointee
        guard parameters.codec_type == AVMEDIA_TYPE_DATA else { return false }
        let names = ["tmcd", "text"].map { $0.utf8.reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) } }
        return names.contains(parameters.codec_tag)
    }

    /// Adds a file that is attached; a cover becomes one.
    static func attach(
        _ source: UnsafeMutablePointer<AVStream>, to muxer: Muxer
    ) throws(OutputFailure) {
        guard isCover(source) else {
            _ = try muxer.add(source)
            return
        }
        let picture = source.pointee.attached_pic
        guard picture.size > 0, let data = picture.data else { return }
        let stream = try muxer.add(source)
        guard let parameters = stream.pointee.codecpar,
            let bytes = av_mallocz(Int(picture.size) + Int(AV_INPUT_BUFFER_PADDING_SIZE))
        else { throw .outOfMemory }
        bytes.copyMemory(from: data, byteCount: Int(picture.size))
        av_freep(&parameters.pointee.extradata)
        parameters.pointee.extradata = bytes.assumingMemoryBound(to: UInt8.self)
        parameters.pointee.extradata_size = picture.size
        parameters.pointee.codec_type = AVMEDIA_TYPE_ATTACHMENT
        stream.pointee.disposition = 0
        let isPNG = parameters.pointee.codec_id == AV_CODEC_ID_PNG
        let keep = AV_DICT_DONT_OVERWRITE
        av_dict_set(&stream.pointee.metadata, "filename", isPNG ? "cover.png" : "cover.jpg", keep)
        av_dict_set(&stream.pointee.metadata, "mimetype", isPNG ? "image/png" : "image/jpeg", keep)
    }

    private static func kind(_ stream: UnsafeMutablePointer<AVStream>) -> String {
        let parameters = stream.pointee.codecpar.pointee
        let codec = String(cString: avcodec_get_name(parameters.codec_id))
        if isCover(stream) { return "cover, \(codec)" }
        guard let type = av_get_media_type_string(parameters.codec_type) else { return codec }
        return "\(String(cString: type)), \(codec)"
    }
}
