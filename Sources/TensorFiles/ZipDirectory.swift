/// The signatures that begin the records of an archive.
enum ZipSignature {
    static let local: UInt32 = 0x0403_4b50
    static let central: UInt32 = 0x0201_4b50
    static let end: UInt32 = 0x0605_4b50
    static let end64: UInt32 = 0x0606_4b50
    static let locator64: UInt32 = 0x0706_4b50
}

/// Finds and checks the central directory of an archive.
struct ZipDirectory {
    let file: FileBytes
    let limits: ZipArchive.Limits

    /// Where the directory lies and how many entries it claims.
    private struct Extent {
        var range: Range<Int>
        var count: Int
    }

    /// One entry of the central directory, before its local header has been looked at.
    private struct Listing {
        var name: Range<Int>
        var flags: UInt16
        var method: UInt16
        var checksum: UInt32
        var compressedSize: Int
        var size: Int
        var headerOffset: Int
    }

    func entries() throws(TensorFileError) -> [ZipArchive.Entry] {
        let extent = try self.extent()
        var entries: [ZipArchive.Entry] = []
        var extents: [Range<Int>] = []
        entries.reserveCapacity(extent.count)
        extents.reserveCapacity(extent.count)
        var inflated = 0
        var position = extent.range.lowerBound
        for _ in 0..<extent.count {
            let listing = try self.listing(at: &position, end: extent.range.upperBound)
            let (entry, extent) = try self.entry(listing, directory: extent.range.lowerBound)
            if entry.compression == .deflated { inflated += entry.size }
            entries.append(entry)
            extents.append(extent)
        }
        guard position == extent.range.upperBound else {
            throw .damaged("the archive's directory is longer than its entries")
        }
        extents.sort { $0.lowerBound < $1.lowerBound }
        for (earlier, later) in zip(extents, extents.dropFirst()) where earlier.upperBound > later.lowerBound
        {
            throw .damaged("two entries of the archive overlap")
        }
        let (scaled, overflow) = file.count.multipliedReportingOverflow(by: limits.inflationRatio)
        guard inflated <= max(limits.inflationAllowance, overflow ? Int.max : scaled) else {
            throw Self.bomb
        }
        return entries
    }

    private static let bomb = TensorFileError(
        .tooLarge,
        "refused: the archive would inflate to many times its size; save it again without compression")

    // MARK: The end of the archive

    private func extent() throws(TensorFileError) -> Extent {
        guard let end = endRecord() else {
            throw TensorFileError(
                file.integer(at: 0, as: UInt32.self) == ZipSignature.local ? .damaged : .otherFormat,
                "the file does not end as a zip archive does; download or save it again")
        }
        let disks = try uint16(end + 4) | uint16(end + 6)
        var count = Int(try uint16(end + 10))
        let countOnDisk = Int(try uint16(end + 8))
        var size = Int(try uint32(end + 12))
        var offset = Int(try uint32(end + 16))
        var directoryEnd = end
        guard disks == 0 || disks == 0xffff, countOnDisk == count else {
            throw TensorFileError(.unsupported, "the archive is split over several files; join them")
        }
        if end >= 20, file.integer(at: end - 20, as: UInt32.self) == ZipSignature.locator64 {
            let record = try size64(end - 12)
            guard record <= end - 20 - 56, try uint32(record) == ZipSignature.end64,
                try size64(record + 4) == end - 20 - record - 12
            else { throw .damaged("the archive's zip64 record is not where its locator says") }
            let count64 = try size64(record + 32)
            let size64 = try self.size64(record + 40)
            let offset64 = try self.size64(record + 48)
            guard count == 0xffff || count == count64, size == 0xffff_ffff || size == size64,
                offset == 0xffff_ffff || offset == offset64, try self.size64(record + 24) == count64,
                try uint32(record + 16) == 0, try uint32(record + 20) == 0
            else { throw .damaged("the archive's two end records disagree") }
            (count, size, offset, directoryEnd) = (count64, size64, offset64, record)
        }
        guard size <= limits.directoryBytes, count <= limits.entryCount else {
            throw TensorFileError(
                .tooLarge,
                "refused: the archive claims \(count) entries, and \(limits.entryCount) are read at most;"
                    + " save only the weights")
        }
        guard offset <= directoryEnd, directoryEnd - offset == size, count <= size / 46 else {
            throw .damaged("the archive's directory is not where its end record says")
        }
        return Extent(range: offset..<directoryEnd, count: count)
    }

    /// Offset of the end record: the last one whose comment reaches exactly to the end of the file.
    private func endRecord() -> Int? {
        guard file.count >= 22 else { return nil }
        for offset in stride(from: file.count - 22, through: max(0, file.count - 22 - 0xffff), by: -1) {
            if file.integer(at: offset, as: UInt32.self) == ZipSignature.end,
                let comment = file.integer(at: offset + 20, as: UInt16.self),
                offset + 22 + Int(comment) == file.count
            {
                return offset
            }
        }
        return nil
    }

    // MARK: Entries

    private func listing(at position: inout Int, end: Int) throws(TensorFileError) -> Listing {
        guard end - position >= 46, try uint32(position) == ZipSignature.central else {
            throw .damaged("the archive's directory ends early")
        }
        let nameLength = Int(try uint16(position + 28))
        let extraLength = Int(try uint16(position + 30))
        let commentLength = Int(try uint16(position + 32))
        let length = 46 + nameLength + extraLength + commentLength
        guard end - position >= length else { throw .damaged("the archive's directory ends early") }
        let name = position + 46..<position + 46 + nameLength
        var listing = Listing(
            name: name, flags: try uint16(position + 8), method: try uint16(position + 10),
            checksum: try uint32(position + 16), compressedSize: Int(try uint32(position + 20)),
            size: Int(try uint32(position + 24)), headerOffset: Int(try uint32(position + 42)))
        let disk = try uint16(position + 34)
        guard disk == 0 || disk == 0xffff else {
            throw TensorFileError(.unsupported, "the archive is split over several files; join them")
        }
        try widen(&listing, extra: name.upperBound..<name.upperBound + extraLength)
        position += length
        return listing
    }

    /// Replaces fields that say "see the zip64 extra field" (id 1) by what stands there.
    private func widen(_ listing: inout Listing, extra: Range<Int>) throws(TensorFileError) {
        let marker = 0xffff_ffff
        guard listing.size == marker || listing.compressedSize == marker || listing.headerOffset == marker
        else {
            return
        }
        var field = extra.lowerBound
        while extra.upperBound - field >= 4 {
            let length = Int(try uint16(field + 2))
            guard extra.upperBound - field - 4 >= length else { break }
            if try uint16(field) == 1 {
                var value = field + 4
                func next() throws(TensorFileError) -> Int {
                    guard field + 4 + length - value >= 8 else {
                        throw .damaged("an entry's zip64 field is too short")
                    }
                    defer { value += 8 }
                    return try size64(value)
                }
                if listing.size == marker { listing.size = try next() }
                if listing.compressedSize == marker { listing.compressedSize = try next() }
                if listing.headerOffset == marker { listing.headerOffset = try next() }
                return
            }
            field += 4 + length
        }
        throw .damaged("an entry of the archive lacks its zip64 sizes")
    }

    /// The entry and all the bytes it occupies, local header included.
    private func entry(
        _ listing: Listing, directory: Int
    ) throws(TensorFileError) -> (ZipArchive.Entry, Range<Int>) {
        let nameBytes = file.copy(listing.name)
        guard let name = String(validating: nameBytes, as: UTF8.self) else {
            throw .damaged("an entry's name is not UTF-8")
        }
        let header = listing.headerOffset
        guard header <= directory - 30, try uint32(header) == ZipSignature.local else {
            throw .damaged("entry \(TensorFileError.quoted(name)) lies outside the archive")
        }
        let localName = header + 30..<header + 30 + Int(try uint16(header + 26))
        let data = localName.upperBound + Int(try uint16(header + 28))
        guard data <= directory, listing.compressedSize <= directory - data else {
            throw .damaged("entry \(TensorFileError.quoted(name)) is longer than the archive")
        }
        guard file.copy(localName) == nameBytes, try uint16(header + 8) == listing.method else {
            throw .damaged("entry \(TensorFileError.quoted(name)) and its local header disagree")
        }
        if listing.flags & 8 == 0 {
            // Sizes known when the header was written; all ones where they stand in a zip64 field.
            let compressed = Int(try uint32(header + 18))
            let size = Int(try uint32(header + 22))
            guard compressed == listing.compressedSize || compressed == 0xffff_ffff,
                size == listing.size || size == 0xffff_ffff
            else { throw .damaged("entry \(TensorFileError.quoted(name)) and its local header disagree") }
        }
        guard listing.flags & 0x2041 == 0, try uint16(header + 6) & 0x2041 == 0 else {
            throw TensorFileError(
                .unsupported, "entry \(TensorFileError.quoted(name)) is encrypted; save it without a password"
            )
        }
        let compression = try self.compression(listing, name: name)
        let entry = ZipArchive.Entry(
            name: name, compression: compression, dataRange: data..<data + listing.compressedSize,
            size: listing.size, checksum: listing.checksum)
        return (entry, header..<data + listing.compressedSize)
    }

    private func compression(_ listing: Listing, name: String) throws(TensorFileError)
        -> ZipArchive.Compression
    {
        switch listing.method {
        case 0:
            guard listing.size == listing.compressedSize else {
                throw .damaged("entry \(TensorFileError.quoted(name)) has two sizes")
            }
            return .stored
        case 8:
            // DEFLATE cannot shrink by more than 1032 to 1, so a larger claim is false.
            guard listing.size <= limits.inflatedBytes,
                listing.size / 1032 <= listing.compressedSize
            else { throw Self.bomb }
            return .deflated
        default:
            throw TensorFileError(
                .unsupported,
                "entry \(TensorFileError.quoted(name)) is compressed with method \(listing.method);"
                    + " save it without compression")
        }
    }

    // MARK: Fields

    private func uint16(_ offset: Int) throws(TensorFileError) -> UInt16 { try field(offset) }

    private func uint32(_ offset: Int) throws(TensorFileError) -> UInt32 { try field(offset) }

    /// A 64-bit offset or size, at most the largest `Int` less what arithmetic on it may add.
    private func size64(_ offset: Int) throws(TensorFileError) -> Int {
        let value: UInt64 = try field(offset)
        guard value <= UInt64(Int.max >> 1) else { throw .damaged("a size of the archive is absurd") }
        return Int(value)
    }

    private func field<Integer: FixedWidthInteger>(_ offset: Int) throws(TensorFileError) -> Integer {
        guard let value = file.integer(at: offset, as: Integer.self) else {
            throw .damaged("the archive ends early")
        }
        return value
    }
}
