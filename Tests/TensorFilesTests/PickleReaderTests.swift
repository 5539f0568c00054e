import TensorFiles
import Testing

/// Single opcodes, by hand-written pickles.
@Suite struct PickleReaderTests {
    static func read(_ text: String) throws -> PickleDocument {
        var bytes: [UInt8] = []
        for scalar in text.unicodeScalars { bytes.append(UInt8(scalar.value)) }
        var reader = PickleReader(bytes)
        let document = try reader.read()
        #expect(reader.position == bytes.count)
        return document
    }

    /// Opcodes of plain values, each of every protocol that has one.
    @Test(
        arguments: [
            ("N.", PickleValue.none), ("\u{88}.", .bool(true)), ("\u{89}.", .bool(false)),
            ("I01\n.", .bool(true)),
            ("I00\n.", .bool(false)), ("I-7\n.", .int(-7)), ("L12L\n.", .int(12)), ("K\u{ff}.", .int(255)),
            ("M\u{01}\u{02}.", .int(513)), ("J\u{fe}\u{ff}\u{ff}\u{ff}.", .int(-2)),
            ("\u{8a}\u{00}.", .int(0)),
            ("\u{8a}\u{01}\u{80}.", .int(-128)), ("\u{8a}\u{02}\u{ff}\u{00}.", .int(255)),
            ("\u{8b}\u{01}\u{00}\u{00}\u{00}\u{05}.", .int(5)),
            (
                "\u{8a}\u{09}\u{01}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{01}.",
                .bigInteger([1, 0, 0, 0, 0, 0, 0, 0, 1])
            ),
            ("G\u{3f}\u{f8}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}.", .float(1.5)), ("F-2.5\n.", .float(-2.5)),
            ("X\u{02}\u{00}\u{00}\u{00}\u{c3}\u{a9}.", .string("é")), ("\u{8c}\u{01}a.", .string("a")),
            ("\u{8d}\u{01}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}a.", .string("a")),
            ("Va\\u00e9\\U0001f3ac\n.", .string("aé🎬")), ("S'it\\'s\\n\\x41'\n.", .string("it's\nA")),
            ("S\"a\"\n.", .string("a")), ("U\u{01}\u{ff}.", .bytes([255])), ("U\u{01}a.", .string("a")),
            ("C\u{02}\u{00}\u{ff}.", .bytes([0, 255])), ("B\u{01}\u{00}\u{00}\u{00}\u{09}.", .bytes([9])),
            ("\u{8e}\u{01}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{09}.", .bytes([9])),
            ("\u{96}\u{01}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{09}.", .bytes([9])),
            ("K\u{01}20.", .int(1)), ("NK\u{05}p9\n00h\u{09}.", .int(5)),
            (
                "c_codecs\nencode\n(X\u{02}\u{00}\u{00}\u{00}\u{c3}\u{bf}X\u{06}\u{00}\u{00}\u{00}latin1tR.",
                .bytes([255])
            ),
        ])
    func plainValues(text: String, value: PickleValue) throws {
        #expect(try Self.read(text).root == value)
    }

    @Test func containersAndMemo() throws {
        // [(), (1,), (1, 2), (1, 2, 3), {"a": 1}, the tuple (1,) again]
        let document = try Self.read(
            "](ttt".replacing(
                "ttt", with: ")K\u{01}\u{85}\u{94}K\u{01}K\u{02}\u{86}K\u{01}K\u{02}K\u{03}\u{87}")
                + "}\u{8c}\u{01}aK\u{01}sh\u{00}e.")
        let elements = try #require(document.elements(document.root))
        #expect(elements.count == 6)
        #expect(
            elements[..<4].map { document.elements($0) } == [
                [], [.int(1)], [.int(1), .int(2)], [.int(1), .int(2), .int(3)],
            ])
        #expect(document.pairs(elements[4]) == [.init(key: .string("a"), value: .int(1))])
        #expect(elements[5] == elements[1])
    }

    @Test(arguments: [
        "(K\u{01}K\u{02}l.", "](K\u{01}K\u{02}e.", "]K\u{01}aK\u{02}a.", "\u{8f}(K\u{01}K\u{02}\u{90}.",
        "(K\u{01}K\u{02}\u{91}.", "(K\u{01}K\u{02}t.", "c__builtin__\nset\n(](K\u{01}K\u{02}etR.",
    ])
    func sequences(text: String) throws {
        let document = try Self.read(text)
        #expect(document.elements(document.root) == [.int(1), .int(2)])
    }

    @Test(
        arguments: [
            "(K\u{01}K\u{02}d.", "}K\u{01}K\u{02}s.", "}(K\u{01}K\u{02}u.",
            "ccollections\nOrderedDict\n)RK\u{01}K\u{02}s.",
            "ccollections\nOrderedDict\n]K\u{01}K\u{02}\u{86}a\u{85}R.",
            "ccollections\nCounter\n}K\u{01}K\u{02}s\u{85}R.",
        ])
    func dictionaries(text: String) throws {
        let document = try Self.read(text)
        #expect(document.pairs(document.root) == [.init(key: .int(1), value: .int(2))])
    }

    @Test(arguments: [
        ("f8", "\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{f8}\u{3f}", PickleValue.float(1.5)),
        ("f4", "\u{00}\u{00}\u{c0}\u{3f}", .float(1.5)), ("i4", "\u{fe}\u{ff}\u{ff}\u{ff}", .int(-2)),
        ("b1", "\u{01}", .bool(true)), ("u8", "\u{01}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}", .int(1)),
    ])
    func numPyScalars(code: String, bytes: String, value: PickleValue) throws {
        let text =
            "cnumpy._core.multiarray\nscalar\ncnumpy\ndtype\nU\u{02}\(code)\u{89}\u{88}\u{87}R"
            + "(K\u{03}U\u{01}<NNNJ\u{ff}\u{ff}\u{ff}\u{ff}J\u{ff}\u{ff}\u{ff}\u{ff}K\u{00}tb"
            + "C\(Unicode.Scalar(UInt8(bytes.unicodeScalars.count)))\(bytes)\u{86}R."
        #expect(try Self.read(text).root == value)
        #expect(
            failure { _ = try Self.read(text.replacing("U\u{01}<", with: "U\u{01}>")) }?.reason
                == .unsupported)
    }

    /// Classes that may be named may be built, and nothing comes of it.
    @Test func opaqueObjectsKeepTheirState() throws {
        let name = "pytorch_lightning.callbacks.early_stopping\nEarlyStopping\n"
        let document = try Self.read("c\(name))\u{81}}K\u{01}K\u{02}sb.")
        let object = try #require(document.objects.first)
        #expect(object.global == .opaque("pytorch_lightning.callbacks.early_stopping.EarlyStopping"))
        #expect(document.pairs(object.state) == [.init(key: .int(1), value: .int(2))])
    }

    /// A dictionary class of Lightning's that is filled like a dictionary.
    @Test func hyperParametersAreTolerated() throws {
        let name = "pytorch_lightning.utilities.parsing\nAttributeDict\n"
        let document = try Self.read("}U\u{01}hc\(name))\u{81}(U\u{01}aK\u{01}us.")
        #expect(document.pairs(document.root) == [.init(key: .string("h"), value: .object(0))])
    }

    /// Names near allowed ones.
    @Test(arguments: [
        "torch._utils\n_rebuild_tensor", "torch\nload", "torch.storage\n_load_from_bytes",
        "collections\nnamedtuple",
        "__builtin__\ngetattr", "builtins\nexec", "lightning_fabric.utilities.data\nX",
        "pytorch_lightning.callbacks_evil\nX",
        "pytorch_lightning\nTrainer",
        "_codecs\ndecode", "numpy\nload", "__torch__\nNet", "torch.nn.modules.linear\nLinear", "os\nsystem",
        "\n",
    ])
    func otherNamesAreRefused(name: String) {
        let error = failure { _ = try Self.read("c\(name)\n.") }
        #expect(error?.reason == .refused)
        #expect(error?.description.contains("wants to call \(name.replacing("\n", with: "."))") == true)
    }
}
