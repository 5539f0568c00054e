/// Looks for the place where one stream ends and the next begins within the bytes of one input: a chained Ogg
/// file, files written one after another, a second initialization segment, a program map that names other
/// video.
///
/// FFmpeg's demuxers keep what they learned at the start, and so lose what follows. The input is therefore
/// cut into links, each opened by itself. Where it is cut depends on the bytes alone, never on how they come.
///
/// A value without I/O. `scan` takes bytes in order, each once.
protocol LinkWatch {
    /// Takes the next bytes; the place of the next link if it begins in them. Nothing may be scanned after
    /// that.
    mutating func scan(_ bytes: UnsafeBufferPointer<UInt8>) -> LinkStart?

    /// Passes over `count` bytes that nobody will read; false if one of them might matter, and then the watch
    /// is blind.
    mutating func skip(_ count: Int64) -> Bool

    /// Bytes ahead that do not matter.
    var rest: Int64 { get }

    /// The bytes that were scanned end within an element of the container, or before the one that ends it;
    /// nil where that is not known.
    var isInside: Bool? { get }

    /// The link is read for the video of this elementary stream (MPEG-TS: PID).
    mutating func follow(identifier: Int)
}

extension LinkWatch {
    mutating func skip(_ count: Int64) -> Bool { false }
    var rest: Int64 { 0 }
    var isInside: Bool? { nil }
    mutating func follow(identifier: Int) {}
}

/// Where a link begins.
struct LinkStart: Equatable {
    /// Bytes in front of it in what was scanned last.
    var offset: Int
    /// What the link must begin with besides: bytes that went to the link before, or that it needs again.
    var prefix: [UInt8]
}

/// The watch for an input that begins with `head`, of which 1 KiB tells everything; nil for formats that hold
/// one stream.
func linkWatch(for head: ArraySlice<UInt8>, program: Int?) -> (any LinkWatch)? {
    let head = Array(head)
    if head.starts(with: Array("OggS".utf8)) { return ElementWatch(OggGrammar()) }
    if head.starts(with: Array("FLV\u{1}".utf8)) { return ElementWatch(FLVGrammar()) }
    if head.starts(with: [0x1a, 0x45, 0xdf, 0xa3]) { return ElementWatch(MatroskaGrammar()) }
    if head.starts(with: GIFGrammar.signature) { return ElementWatch(GIFGrammar()) }
    if head.starts(with: RoQGrammar.signature) { return ElementWatch(RoQGrammar()) }
    if GXFGrammar.isStart(head) { return ElementWatch(GXFGrammar()) }
    if BoxGrammar.isStart(head) { return ElementWatch(BoxGrammar()) }
    return ProgramWatch(head: head, program: program)
}
