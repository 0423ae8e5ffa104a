// swift-format-ignore-file
// Made by Tests/References/entropy/wallis.py (exact integers and fractions); do not edit.

struct WallisReference: Sendable {
    var name, values: String
    var quanta: Int
    var mean, tolerance: Double
    var accepted, total: String
    var acceptance: Double
    var expected: [Double]
    var mostLikelyLogMultiplicity: Double
    var mostLikely: [Int]
}

let wallisReferences: [WallisReference] = [
    .init(
        name: "a die, 20 quanta", values: "1..6", quanta: 20, mean: 4.5, tolerance: 0,
        accepted: "6040016957080",
        total: "3656158440062976",
        acceptance: 0.001652011819535907,
        expected: [0.050891014952315926, 0.07792214298128936, 0.11653584062871318, 0.17035011587242668, 0.24354859968227008, 0.3407522858829848],
        mostLikelyLogMultiplicity: 25.84490952655808, mostLikely: [1, 2, 2, 3, 5, 7]),
    .init(
        name: "a die, 60 quanta", values: "1..6", quanta: 60, mean: 4.5, tolerance: 0,
        accepted: "37667330531222917345910896952045157090550",
        total: "48873677980689257489322752273774603865660850176",
        acceptance: 7.707079165620778e-07,
        expected: [0.05321422340092519, 0.0784972600764902, 0.11493491540502913, 0.16705120888383482, 0.2410326787066562, 0.3452697135270644],
        mostLikelyLogMultiplicity: 87.84798819630497, mostLikely: [3, 5, 7, 10, 14, 21]),
    .init(
        name: "a low mean", values: "1..6", quanta: 50, mean: 2.1, tolerance: 0,
        accepted: "420795669863941375911821185440",
        total: "808281277464764060643139600456536293376",
        acceptance: 5.206054891977693e-10,
        expected: [0.4456792305583559, 0.256303200462751, 0.14571726236464333, 0.08188443392683263, 0.04547039040962126, 0.02494548227779589],
        mostLikelyLogMultiplicity: 63.44862146240698, mostLikely: [22, 13, 7, 5, 2, 1]),
    .init(
        name: "even odds", values: "1..6", quanta: 30, mean: 3.5, tolerance: 0,
        accepted: "9378595792117360310832",
        total: "221073919720733357899776",
        acceptance: 0.042422895491085785,
        expected: [0.16346668063508504, 0.16729347441782166, 0.1692398449470933, 0.1692398449470933, 0.16729347441782166, 0.16346668063508504],
        mostLikelyLogMultiplicity: 45.93328589213789, mostLikely: [5, 5, 5, 5, 5, 5]),
    .init(
        name: "a tolerance above", values: "1..6", quanta: 24, mean: 4.5, tolerance: 0.25,
        accepted: "84318984704298326",
        total: "4738381338321616896",
        acceptance: 0.0177948921127072,
        expected: [0.06473879862281456, 0.09136374397100508, 0.12689227878110595, 0.1735002098107241, 0.23362024492313063, 0.3098847238912197],
        mostLikelyLogMultiplicity: 33.506530721134865, mostLikely: [2, 2, 3, 5, 5, 7]),
    .init(
        name: "a tolerance below", values: "1..6", quanta: 24, mean: 2.5, tolerance: 0.25,
        accepted: "84318984704298326",
        total: "4738381338321616896",
        acceptance: 0.0177948921127072,
        expected: [0.3098847238912197, 0.23362024492313063, 0.1735002098107241, 0.12689227878110595, 0.09136374397100508, 0.06473879862281456],
        mostLikelyLogMultiplicity: 33.506530721134865, mostLikely: [7, 5, 5, 3, 2, 2]),
    .init(
        name: "a tolerance around even odds", values: "1..6", quanta: 20, mean: 3.6, tolerance: 0.3,
        accepted: "2146292581442861",
        total: "3656158440062976",
        acceptance: 0.5870348937629443,
        expected: [0.1519131175251025, 0.1604934534466919, 0.16723242810875386, 0.1718752584494528, 0.17424287123499946, 0.17424287123499946],
        mostLikelyLogMultiplicity: 28.812470923145373, mostLikely: [4, 4, 3, 3, 3, 3]),
    .init(
        name: "uneven values", values: "0,2,3,7", quanta: 15, mean: 4, tolerance: 0,
        accepted: "13584571",
        total: "1073741824",
        acceptance: 0.012651617638766766,
        expected: [0.14479404612777247, 0.20499594724043918, 0.24036548522584925, 0.40984452140593913],
        mostLikelyLogMultiplicity: 15.657059691694844, mostLikely: [2, 3, 4, 6]),
    .init(
        name: "equal values", values: "1,1,2,3,3", quanta: 12, mean: 2.5, tolerance: 0,
        accepted: "5015296",
        total: "244140625",
        acceptance: 0.020542652416,
        expected: [0.08141493542953397, 0.08141493542953397, 0.1743402582818641, 0.331414935429534, 0.331414935429534],
        mostLikelyLogMultiplicity: 12.93795965440605, mostLikely: [1, 1, 2, 4, 4]),
    .init(
        name: "negative values", values: "-2..1", quanta: 18, mean: -1, tolerance: 0,
        accepted: "973184313",
        total: "68719476736",
        acceptance: 0.014161695624352433,
        expected: [0.41492573360047574, 0.28480144130724394, 0.18561991658408494, 0.1146529085081954],
        mostLikelyLogMultiplicity: 18.806125985169537, mostLikely: [7, 6, 3, 2]),
    .init(
        name: "the end of the range", values: "1..6", quanta: 10, mean: 6, tolerance: 0,
        accepted: "1",
        total: "60466176",
        acceptance: 1.65381716879202e-08,
        expected: [0.0, 0.0, 0.0, 0.0, 0.0, 1.0],
        mostLikelyLogMultiplicity: 0.0, mostLikely: [0, 0, 0, 0, 0, 10]),
]
