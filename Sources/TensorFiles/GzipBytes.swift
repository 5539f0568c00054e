internal import CZlib

/// Files that gzip packed (RFC 1952).
package enum GzipBytes {
    /// Whether bytes begin as such a file does.
    package static func begins(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x1F, 0x8B]) }

    /// What is packed in the one member of a file, its checksum compared. Throws where it is damaged, has
    /// more than one member, or holds more than `limit` bytes. Memory: twice what it holds.
    package static func inflated(_ bytes: [UInt8], limit: Int) throws(TensorFileError) -> [UInt8] {
        var stream = z_stream()
        // 16 more: with the header and the checksum of gzip.
        guard
            inflateInit2_(&stream, MAX_WBITS + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
        else { throw .damaged("it does not inflate") }
        defer { inflateEnd(&stream) }
        guard bytes.count <= Int(UInt32.max) else { throw tooLarge(limit) }
        var (source, made, status) = (bytes, [UInt8](), Z_OK)
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        source.withUnsafeMutableBufferPointer { source in
            stream.next_in = source.baseAddress
            stream.avail_in = UInt32(source.count)
            while status == Z_OK, made.count <= limit {
                let count = chunk.withUnsafeMutableBufferPointer { chunk in
                    stream.next_out = chunk.baseAddress
                    stream.avail_out = UInt32(chunk.count)
                    status = inflate(&stream, Z_NO_FLUSH)
                    return chunk.count - Int(stream.avail_out)
                }
                made += chunk[..<count]
            }
        }
        guard made.count <= limit else { throw tooLarge(limit) }
        guard status == Z_STREAM_END, stream.avail_in == 0 else { throw .damaged("it does not inflate") }
        return made
    }

    private static func tooLarge(_ limit: Int) -> TensorFileError {
        TensorFileError(.tooLarge, "it holds more than \(limit) bytes; give a smaller file")
    }
}
