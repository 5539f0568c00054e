internal import JSONText
internal import TensorFiles

extension TextVocabulary {
    /// The vocabulary of CLIP as its users have it.
    ///
    /// - Parameters:
    ///   - paths: `bpe_simple_vocab_16e6.txt.gz` of openai/CLIP, unpacked or not, or `merges.txt` with or
    ///     without `vocab.json`, in any order.
    ///   - count: of the pieces that the weights know.
    /// - Throws: where a file cannot be read, is something else, or does not fit the weights.
    package init(files paths: [String], count: Int) throws(ModelFileError) {
        var (list, numbers): ((path: String, bytes: [UInt8])?, (path: String, value: JSONValue)?)
        for path in paths {
            let bytes = try Self.bytes(path)
            if bytes.first(where: { $0 > 32 }) == UInt8(ascii: "{") {
                guard numbers == nil else { throw Self.foreign(path, "is a second file of numbers") }
                guard let value = JSONValue(parsing: bytes[...]) else {
                    throw Self.foreign(path, "is not JSON")
                }
                numbers = (path, value)
            } else {
                guard list == nil else { throw Self.foreign(path, "is a second list of merges") }
                list = (path, bytes)
            }
        }
        guard let (path, bytes) = list else {
            throw Self.foreign(paths.first ?? "", "holds numbers of pieces, and no merges")
        }
        guard count > Self.fixedCount else {
            throw Self.misfit(path, "the weights have \(count) pieces, fewer than any CLIP")
        }
        let merges = try Self.merges(bytes, path, most: count - Self.fixedCount)
        guard merges.count == count - Self.fixedCount else {
            throw Self.misfit(
                path,
                "holds \(merges.count) merges, and the weights have \(count) pieces, which are \(count - Self.fixedCount) merges"
            )
        }
        guard let vocabulary = TextVocabulary(merges: merges) else {
            throw Self.foreign(path, "merges the same two pieces twice")
        }
        self = vocabulary
        if let (path, value) = numbers { try require(value, path) }
    }

    /// openai/CLIP takes this many merges out of its list of 262,145.
    private static let openAI = 49_152 - 256 - 2
    /// The largest file that is read, and the most that one unpacks to.
    private static let largestFile = 64 << 20

    private static func bytes(_ path: String) throws(ModelFileError) -> [UInt8] {
        do {
            let file = try FileBytes(path: path)
            guard file.count <= largestFile else { throw foreign(path, "is larger than any vocabulary") }
            let bytes = file.copy(0..<file.count)
            return GzipBytes.begins(bytes) ? try GzipBytes.inflated(bytes, limit: largestFile) : bytes
        } catch let error as TensorFileError {
            throw ModelFileError(error, path: path)
        } catch let error as ModelFileError {
            throw error
        } catch {
            throw foreign(path, "cannot be read")
        }
    }

    /// The pairs of a list whose first line is a comment. An end of line at the end of the file adds nothing.
    private static func merges(
        _ bytes: [UInt8], _ path: String, most: Int
    ) throws(ModelFileError) -> [Merge] {
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        guard let head = lines.first, String(decoding: head.prefix(200), as: UTF8.self).contains("#version")
        else { throw foreign(path, "does not begin with a line of its version") }
        lines.removeFirst()
        // The rest of the list is of no use to CLIP.
        if most == openAI, lines.count > openAI { lines.removeLast(lines.count - openAI) }
        var numbers: [[UInt8]: Int32] = [:]
        var texts = ByteSymbols.texts
        texts += texts.map { $0 + wordEnd }
        for (number, text) in texts.enumerated() { numbers[text] = Int32(number) }
        var merges: [Merge] = []
        for (place, line) in lines.enumerated() {
            let pair = line.split(separator: 32, omittingEmptySubsequences: false).map { part in
                part.last == 13 ? Array(part.dropLast()) : Array(part)
            }
            guard pair.count == 2, let left = numbers[pair[0]], let right = numbers[pair[1]] else {
                throw foreign(path, "has no merge of two known pieces in line \(place + 2)")
            }
            guard numbers.updateValue(Int32(numbers.count), forKey: pair[0] + pair[1]) == nil else {
                throw foreign(path, "makes a piece in line \(place + 2) that is there already")
            }
            merges.append(Merge(left: left, right: right))
        }
        return merges
    }

    /// Stands behind a piece that ends a word.
    private static let wordEnd = Array("</w>".utf8)

    /// All pieces as files write them, in the order of their numbers.
    private var texts: [[UInt8]] {
        var texts = ByteSymbols.texts
        texts += texts.map { $0 + Self.wordEnd }
        for merge in merges { texts.append(texts[Int(merge.left)] + texts[Int(merge.right)]) }
        return texts + [Array("<|startoftext|>".utf8), Array("<|endoftext|>".utf8)]
    }

    /// Throws unless the numbers of a `vocab.json` are those that follow from the merges.
    private func require(_ value: JSONValue, _ path: String) throws(ModelFileError) {
        guard let members = value.members else { throw Self.foreign(path, "is not a list of pieces") }
        guard members.count == count else {
            throw Self.misfit(path, "numbers \(members.count) pieces, and the weights have \(count)")
        }
        let texts = texts
        for member in members {
            guard let number = member.value.integer, let place = Int(exactly: number),
                texts.indices.contains(place), texts[place] == Array(member.name.utf8)
            else {
                throw Self.misfit(
                    path,
                    "numbers the piece \(ModelFileError.quoted(member.name)) \(ModelFileError.quoted(member.value.literal)), which does not follow from the merges"
                )
            }
        }
    }

    private static func foreign(_ path: String, _ what: String) -> ModelFileError {
        ModelFileError(
            .foreignFormat, path: path, detail: what,
            remedy:
                "give bpe_simple_vocab_16e6.txt.gz, or vocab.json and merges.txt, as they come with the weights"
        )
    }

    private static func misfit(_ path: String, _ what: String) -> ModelFileError {
        ModelFileError(
            .unsuitableTensor, path: path, detail: what,
            remedy: "give the vocabulary that the weights were trained with")
    }
}
