package import Platform

/// A small file of the state directory that is replaced as a whole: a record, a checkpoint, a cursor.
///
/// What cannot be used of it is told apart from what is not there, and set aside: it would be replaced
/// otherwise, and nobody could look at it.
package struct KeptFile: Sendable {
    /// What stands in its place.
    package enum Content<Value> {
        /// Nothing.
        case missing
        case sound(Value)
        /// A file that cannot be used; it was set aside, where the disk allows it.
        case damaged(KeptFileDamage)
        /// The system refuses to read it at the moment: a later attempt may succeed.
        case refused(DurableFileError)

        /// What it holds, where it can be used.
        package var value: Value? {
            if case .sound(let value) = self { value } else { nil }
        }

        /// Why it cannot be used, one line; nil where it is sound, or not there.
        package var trouble: String? {
            switch self {
            case .missing, .sound: nil
            case .damaged(let damage): damage.description
            case .refused(let error): error.description
            }
        }
    }

    /// Follows the name of a file that was set aside.
    package static let damagedSuffix = ".damaged"

    package let path: String
    private let largest: Int64
    private let files: any DurableFiles

    /// - Parameters:
    ///   - path: absolute.
    ///   - largest: bytes of a sound one, at most.
    ///   - files: the file system.
    package init(_ path: String, largest: Int64, _ files: any DurableFiles) {
        self.path = path
        self.largest = largest
        self.files = files
    }

    /// Reads the file, and makes a value of its bytes. A file that cannot be read or is too large, or of
    /// which `make` makes nothing, is renamed to `NAME.damaged`, in place of one that was set aside before.
    package func read<Value>(_ make: ([UInt8]) -> Value?) -> Content<Value> {
        do throws(DurableFileError) {
            guard let size = try files.facts(of: path)?.size else { return .missing }
            guard size <= largest else { return .damaged(setAside("it is too large")) }
            guard let value = make(try files.read(path, from: 0, count: Int(size))) else {
                return .damaged(setAside("it does not hold what it should"))
            }
            return .sound(value)
        } catch {
            return error.isPassing ? .refused(error) : .damaged(setAside(error.reason))
        }
    }

    private func setAside(_ reason: String) -> KeptFileDamage {
        var damage = KeptFileDamage(path: path, reason: reason)
        do throws(DurableFileError) {
            try files.rename(path, to: path + Self.damagedSuffix)
        } catch {
            damage.refusal = error.reason
        }
        return damage
    }
}

/// Why a kept file cannot be used, and what became of it.
package struct KeptFileDamage: Hashable, Sendable, CustomStringConvertible {
    package var path: String
    package var reason: String
    /// Why it still stands in its place; nil: it is `NAME.damaged` now.
    package var refusal: String?

    /// One line.
    package var description: String {
        let end =
            refusal.map { "it cannot be set aside: \($0)" }
            ?? "it is now '\(FileName.shown(path + KeptFile.damagedSuffix))'"
        return "'\(FileName.shown(path))' cannot be used: \(reason); \(end)"
    }
}
