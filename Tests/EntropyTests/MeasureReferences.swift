// swift-format-ignore-file
/// Written by Tests/References/entropy/measure.py with mpmath: 40 digits rounded to doubles.
struct MeasureReference: Sendable {
    var name: String
    var values: [String: String]
    var results: [String: Double]
}

let measureReferences: [MeasureReference] = [
    .init(
        name: "0.5,0.3,0.2 at 2", values: ["distribution": "0.5,0.3,0.2", "order": "2"],
        results: [
            "nats": 1.0296530140645734,
            "bits": 1.4854752972273344,
            "hartleys": 0.44717262228329563,
            "perplexity": 2.8000940728538315,
            "renyi": 0.9675840262617056,
            "tsallis": 0.62,
        ]),
    .init(
        name: "0.5,0.3,0.2 at 0.1", values: ["distribution": "0.5,0.3,0.2", "order": "0.1"],
        results: [
            "nats": 1.0296530140645734,
            "bits": 1.4854752972273344,
            "hartleys": 0.44717262228329563,
            "perplexity": 2.8000940728538315,
            "renyi": 1.0915898544149139,
            "tsallis": 1.8566011829142282,
        ]),
    .init(
        name: "0.5,0.3,0.2 at 0.999999", values: ["distribution": "0.5,0.3,0.2", "order": "0.999999"],
        results: [
            "nats": 1.0296530140645734,
            "bits": 1.4854752972273344,
            "hartleys": 0.44717262228329563,
            "perplexity": 2.8000940728538315,
            "renyi": 1.0296530805467823,
            "tsallis": 1.0296536106396974,
        ]),
    .init(
        name: "0.5,0.3,0.2 at 1", values: ["distribution": "0.5,0.3,0.2", "order": "1"],
        results: [
            "nats": 1.0296530140645734,
            "bits": 1.4854752972273344,
            "hartleys": 0.44717262228329563,
            "perplexity": 2.8000940728538315,
            "renyi": 1.0296530140645734,
            "tsallis": 1.0296530140645734,
        ]),
    .init(
        name: "0.5,0.3,0.2 at 1.00001", values: ["distribution": "0.5,0.3,0.2", "order": "1.00001"],
        results: [
            "nats": 1.0296530140645734,
            "bits": 1.4854752972273344,
            "hartleys": 0.44717262228329563,
            "perplexity": 2.8000940728538315,
            "renyi": 1.02965234924288,
            "tsallis": 1.029647048341272,
        ]),
    .init(
        name: "0.5,0.3,0.2 at 5", values: ["distribution": "0.5,0.3,0.2", "order": "5"],
        results: [
            "nats": 1.0296530140645734,
            "bits": 1.4854752972273344,
            "hartleys": 0.44717262228329563,
            "perplexity": 2.8000940728538315,
            "renyi": 0.8453486885914939,
            "tsallis": 0.2415,
        ]),
    .init(
        name: "0.7,0.2,0.1,0 at 0.5", values: ["distribution": "0.7,0.2,0.1,0", "order": "0.5"],
        results: [
            "nats": 0.8018185525433373,
            "bits": 1.1567796494470395,
            "hartleys": 0.348225372857224,
            "perplexity": 2.2295918739204166,
            "renyi": 0.940133989539786,
            "tsallis": 1.2002027761017429,
        ]),
    .init(
        name: "0.7,0.2,0.1,0 at 3", values: ["distribution": "0.7,0.2,0.1,0", "order": "3"],
        results: [
            "nats": 0.8018185525433373,
            "bits": 1.1567796494470395,
            "hartleys": 0.348225372857224,
            "perplexity": 2.2295918739204166,
            "renyi": 0.52206205169202,
            "tsallis": 0.324,
        ]),
    .init(
        name: "0.9999999,1e-7 at 2", values: ["distribution": "0.9999999,1e-7", "order": "2"],
        results: [
            "nats": 1.7118095600958316e-06,
            "bits": 2.4696191632965744e-06,
            "hartleys": 7.434294460188527e-07,
            "perplexity": 1.0000017118110252,
            "renyi": 1.9999999999999864e-07,
            "tsallis": 1.9999997999999997e-07,
        ]),
    .init(
        name: "0.9999999,1e-7 at 0.3", values: ["distribution": "0.9999999,1e-7", "order": "0.3"],
        results: [
            "nats": 1.7118095600958316e-06,
            "bits": 2.4696191632965744e-06,
            "hartleys": 7.434294460188527e-07,
            "perplexity": 1.0000017118110252,
            "renyi": 0.011302672556948706,
            "tsallis": 0.011347503353202523,
        ]),
    .init(
        name: "0.9999999,1e-7 at 1.2", values: ["distribution": "0.9999999,1e-7", "order": "1.2"],
        results: [
            "nats": 1.7118095600958316e-06,
            "bits": 2.4696191632965744e-06,
            "hartleys": 7.434294460188527e-07,
            "perplexity": 1.0000017118110252,
            "renyi": 5.800946691233062e-07,
            "tsallis": 5.80094635472325e-07,
        ]),
    .init(
        name: "two distributions", values: ["distribution": "0.5,0.3,0.2", "second": "0.25,0.25,0.5", "order": "1.5"],
        results: [
            "kl": 0.21801191094332803,
            "klReverse": 0.23927818159860254,
            "jensenShannon": 0.05558247086346937,
            "jensenShannonDistance": 0.23575934947201854,
            "crossEntropy": 1.2476649250079015,
            "totalVariation": 0.3,
            "hellinger": 0.2373974823735611,
            "additivityGapShannon": 0.0,
            "additivityGapRenyi": 0.0,
            "additivityGapTsallis": -0.3113589569858198,
        ]),
    .init(
        name: "a support within the other", values: ["distribution": "0.5,0.5,0", "second": "0.25,0.25,0.5"],
        results: [
            "kl": 0.6931471805599453,
            "jensenShannon": 0.2157615543388357,
            "hellinger": 0.541196100146197,
            "totalVariation": 0.5,
        ]),
    .init(
        name: "a joint table", values: ["joint": "0.25,0.125,0.0625; 0.0625,0.25,0.25"],
        results: [
            "entropyX": 0.6853142072764583,
            "entropyY": 1.0947802260079478,
            "jointEntropy": 1.64622455382987,
            "conditionalXgivenY": 0.5514443278219222,
            "conditionalYgivenX": 0.9609103465534119,
            "mutualInformation": 0.13386987945453604,
            "variationOfInformation": 1.512354674375334,
            "normalisedMutualInformation": 0.1504076154067132,
        ]),
    .init(
        name: "counts [1, 2, 2, 3, 5, 7]", values: ["counts": "1,2,2,3,5,7"],
        results: [
            "logMultiplicity": 25.84490952655808,
            "multiplicityPerQuantum": 1.2922454763279039,
            "multiplicityGap": 0.3166374875359968,
        ]),
    .init(
        name: "counts [0, 12, 0]", values: ["counts": "0,12,0"],
        results: [
            "logMultiplicity": 0.0,
            "multiplicityPerQuantum": 0.0,
            "multiplicityGap": 0.0,
        ]),
    .init(
        name: "counts [1000, 2000, 3000]", values: ["counts": "1000,2000,3000"],
        results: [
            "logMultiplicity": 6059.679817009833,
            "multiplicityPerQuantum": 1.0099466361683056,
            "multiplicityGap": 0.0014576285390461928,
        ]),
    .init(
        name: "counts [400000000, 500000000, 100000000]", values: ["counts": "400000000,500000000,100000000"],
        results: [
            "logMultiplicity": 943348371.7239078,
            "multiplicityPerQuantum": 0.9433483717239078,
            "multiplicityGap": 2.0605131401766683e-08,
        ]),
    .init(
        name: "a grouping", values: ["distribution": "0.4,0.3,0.2,0.1", "grouping": "1|2,4|3"],
        results: [
            "groupingTotal": 1.2798542258336674,
            "groupingBetween": 1.0549201679861442,
            "groupingWithin": 0.22493405784752335,
            "groupingGap": 0.0,
            "groupingGapRenyi": -0.0056798949043396045,
            "groupingGapTsallis": -0.09,
        ]),
    .init(
        name: "normal", values: ["family": "normal", "familyParameters": "1,2", "order": "1.5"],
        results: [
            "nats": 2.112085713764618,
            "renyi": 2.0175508218727822,
            "tsallis": 1.2706694572861743,
        ]),
    .init(
        name: "lognormal", values: ["family": "lognormal", "familyParameters": "0.3,0.5", "order": "1.5"],
        results: [
            "nats": 1.0257913526447273,
            "renyi": 0.8895897940862252,
            "tsallis": 0.7180885510681027,
        ]),
    .init(
        name: "exponential", values: ["family": "exponential", "familyParameters": "2.5", "order": "1.5"],
        results: [
            "nats": 0.08370926812584494,
            "renyi": -0.1053605156578263,
            "tsallis": -0.10818510677891956,
        ]),
    .init(
        name: "gamma", values: ["family": "gamma", "familyParameters": "3,0.5", "order": "1.5"],
        results: [
            "nats": 1.1544313298030657,
            "renyi": 1.0464962875290957,
            "tsallis": 0.8148148148148148,
        ]),
    .init(
        name: "uniform", values: ["family": "uniform", "familyParameters": "-1,3", "order": "1.5"],
        results: [
            "nats": 1.3862943611198906,
            "renyi": 1.3862943611198906,
            "tsallis": 1.0,
        ]),
    .init(
        name: "laplace", values: ["family": "laplace", "familyParameters": "0,1.5", "order": "1.5"],
        results: [
            "nats": 2.0986122886681096,
            "renyi": 1.9095425048844386,
            "tsallis": 1.230199641080499,
        ]),
    .init(
        name: "beta", values: ["family": "beta", "familyParameters": "2,5", "order": "1.5"],
        results: [
            "nats": -0.4845307149954887,
            "renyi": -0.5527934683579695,
            "tsallis": -0.6367416060893935,
        ]),
    .init(
        name: "pareto", values: ["family": "pareto", "familyParameters": "1,3", "order": "1.5"],
        results: [
            "nats": 0.23472104466522364,
            "renyi": -0.07696104113612832,
            "tsallis": -0.07846096908265275,
        ]),
    .init(
        name: "weibull", values: ["family": "weibull", "familyParameters": "2,1.5", "order": "1.5"],
        results: [
            "nats": 1.0009257599989856,
            "renyi": 0.9225243706622563,
            "tsallis": 0.7390252976179922,
        ]),
    .init(
        name: "cauchy", values: ["family": "cauchy", "familyParameters": "0,2", "order": "1.5"],
        results: [
            "nats": 3.224171427529236,
            "renyi": 2.7410424769882553,
            "tsallis": 1.4920509125260721,
        ]),
    .init(
        name: "studentT", values: ["family": "studentT", "familyParameters": "5,1", "order": "1.5"],
        results: [
            "nats": 1.627502672414396,
            "renyi": 1.4756451721094463,
            "tsallis": 1.0436921562691326,
        ]),
    .init(
        name: "logistic", values: ["family": "logistic", "familyParameters": "0,0.5", "order": "1.5"],
        results: [
            "nats": 1.3068528194400546,
            "renyi": 1.1762761311009262,
            "tsallis": 0.8892792654604085,
        ]),
    .init(
        name: "gumbel", values: ["family": "gumbel", "familyParameters": "0,2", "order": "1.5"],
        results: [
            "nats": 2.270362845461478,
            "renyi": 2.1511069801549287,
            "tsallis": 1.317782194702341,
        ]),
    .init(
        name: "rayleigh", values: ["family": "rayleigh", "familyParameters": "1.5", "order": "1.5"],
        results: [
            "nats": 1.347499350278958,
            "renyi": 1.269097960942229,
            "tsallis": 0.9396508930413501,
        ]),
    .init(
        name: "chiSquare", values: ["family": "chiSquare", "familyParameters": "4", "order": "1.5"],
        results: [
            "nats": 2.270362845461478,
            "renyi": 2.1511069801549287,
            "tsallis": 1.317782194702341,
        ]),
    .init(
        name: "vonMises", values: ["family": "vonMises", "familyParameters": "0,2", "order": "1.5"],
        results: [
            "nats": 1.2663212919642859,
            "renyi": 1.1392424472313725,
            "tsallis": 0.8685206260920536,
        ]),
]
