/// A value that a pickle describes. Inert: nothing in it can act.
package enum PickleValue: Hashable, Sendable {
    case none
    case bool(Bool)
    case int(Int64)
    /// Two's complement, little-endian: an integer beyond 64 bits.
    case bigInteger([UInt8])
    case float(Double)
    case string(String)
    case bytes([UInt8])
    /// List and set: an index into `PickleDocument.sequences`.
    case list(Int)
    /// An index into `PickleDocument.sequences`.
    case tuple(Int)
    /// An index into `PickleDocument.dictionaries`.
    case dictionary(Int)
    /// An index into `PickleDocument.storages`.
    case storage(Int)
    /// An index into `PickleDocument.tensors`.
    case tensor(Int)
    /// A name of the table of allowed globals.
    case global(PickleGlobal)
    /// An index into `PickleDocument.objects`.
    case object(Int)
}

/// What one pickle describes.
///
/// Containers refer to each other by index, as pickles share and nest values freely, even in cycles: walk
/// them with a bound on depth and on the number of steps.
package struct PickleDocument: Sendable {
    /// One entry of a dictionary.
    package struct Pair: Hashable, Sendable {
        package var key: PickleValue
        package var value: PickleValue

        package init(key: PickleValue, value: PickleValue) {
            self.key = key
            self.value = value
        }
    }

    /// An instance of a class that is known by name only, or of a numpy dtype.
    package struct Object: Hashable, Sendable {
        package var global: PickleGlobal
        package var arguments: [PickleValue]
        /// What the class would have been given to restore itself.
        package var state: PickleValue
    }

    /// A run of elements outside the pickle, as `torch.save` refers to it.
    package struct Storage: Hashable, Sendable {
        /// Nil for an untyped storage, whose elements are bytes.
        package var elementType: TensorElementType?
        package var key: String
        package var elementCount: Int
    }

    package var root = PickleValue.none
    package var sequences: [[PickleValue]] = []
    /// In the order of the file; a key may occur again, and the later one is Python's.
    package var dictionaries: [[Pair]] = []
    package var storages: [Storage] = []
    package var tensors: [TorchTensor] = []
    package var objects: [Object] = []

    /// The pairs of a dictionary; nil for any other value.
    package func pairs(_ value: PickleValue) -> [Pair]? {
        if case .dictionary(let index) = value { dictionaries[index] } else { nil }
    }

    /// The elements of a list, set or tuple; nil for any other value.
    package func elements(_ value: PickleValue) -> [PickleValue]? {
        switch value {
        case .list(let index), .tuple(let index): sequences[index]
        default: nil
        }
    }
}
