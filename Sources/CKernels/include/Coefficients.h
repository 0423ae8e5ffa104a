// Made by Tests/References/kernels/coefficients.py; not to be edited.
#pragma once

// ln 2 in two parts; the first times any exponent is exact
static const double WB_LN2[2] = {
    0x1.62e42fefa3800p-1, 0x1.ef35793c76730p-45,
};
// pi/2 in parts; the first three times n < 2^20 are exact
static const double WB_PI_2[4] = {
    0x1.921fb54400000p+0, 0x1.0b4611a600000p-34, 0x1.3198a2e000000p-69, 0x1.b839a252049c1p-104,
};
// pi in two parts
static const double WB_PI[2] = {
    0x1.921fb54442d18p+1, 0x1.1a62633145c07p-53,
};
// 1/ln 2 in two parts
static const double WB_LOG2_SCALES[2] = {
    0x1.71547652b82fep+0, 0x1.777d0ffda0d24p-56,
};
// 1/ln 10 in two parts
static const double WB_LOG10_SCALES[2] = {
    0x1.bcb7b1526e50ep-2, 0x1.95355baaafad3p-57,
};
// 1/sqrt(pi) in two parts
static const double WB_1_SQRT_PI[2] = {
    0x1.20dd750429b6dp-1, 0x1.1ae3a914fed80p-57,
};
// sqrt(2) in two parts
static const double WB_SQRT_2[2] = {
    0x1.6a09e667f3bcdp+0, -0x1.bdd3413b26456p-54,
};
// ln(2 pi)/2 in two parts
static const double WB_LN_SQRT_2PI[2] = {
    0x1.d67f1c864beb5p-1, -0x1.65b5a1b7ff5dfp-55,
};
// (exp r - 1 - r)/r^2; error 2^-56.5
static const double WB_EXP[10] = {
    0x1.000000000000ap-1, 0x1.55555555554fap-3, 0x1.5555555550857p-5, 0x1.1111111127c3ap-7,
    0x1.6c16c18432d66p-10, 0x1.a01a012a4ce7fp-13, 0x1.a01999f30fd0ep-16, 0x1.71df253f68c3cp-19,
    0x1.28ad8b7c13321p-22, 0x1.ad7fd231caff9p-26,
};
// (log((1+s)/(1-s)) - 2s)/s^3, z = s^2; error 2^-59.5
static const double WB_LOG[7] = {
    0x1.5555555555592p-1, 0x1.999999997ff1bp-2, 0x1.24924941e141ep-2, 0x1.c71c52145ad52p-3,
    0x1.74663cec400b4p-3, 0x1.39a1e8d6bd465p-3, 0x1.2f03ba45e1df5p-3,
};
// (sin r - r)/r^3, z = r^2; error 2^-58.0
static const double WB_SIN[6] = {
    -0x1.5555555555549p-3, 0x1.111111110f8a2p-7, -0x1.a01a019c154e7p-13, 0x1.71de357a3e838p-19,
    -0x1.ae5e67d6c3778p-26, 0x1.5d93640ed3fd6p-33,
};
// (cos r - 1 + r^2/2)/r^4, z = r^2; error 2^-64.2
static const double WB_COS[6] = {
    0x1.555555555554cp-5, -0x1.6c16c16c1521cp-10, 0x1.a01a019cbee19p-16, -0x1.27e4f8123ad64p-22,
    0x1.1ee9f0ed9e7c9p-29, -0x1.8fb0f5419a3bbp-37,
};
// (atan t - t)/t^3, z = t^2; error 2^-63.9
static const double WB_ATAN[12] = {
    -0x1.5555555555554p-2, 0x1.9999999999583p-3, -0x1.249249246f48dp-3, 0x1.c71c71b44d652p-4,
    -0x1.745d144e388d6p-4, 0x1.3b1364b8bcfbfp-4, -0x1.110be7d3b39c5p-4, 0x1.e1676cbbce9ddp-5,
    -0x1.ab39d02704266p-5, 0x1.6fdbaca0e2392p-5, -0x1.0fbe9fe6b5feap-5, 0x1.e7ec8403b1a37p-7,
};
// (log(1+r) - r + r^2/2)/r^3; error 2^-69.5
static const double WB_LOG1P_SMALL[7] = {
    0x1.5555555555555p-2, -0x1.000000000006ep-2, 0x1.9999999999c20p-3, -0x1.55555543da31cp-3,
    0x1.249249084acb2p-3, -0x1.0006b5324c71dp-3, 0x1.c72be3eb086cap-4,
};
// r near 1/m, -log r in two parts, for m from 0x1.6a8p-1 by 2^-7 in the significand; |m r - 1| <= 0.007812
static const double WB_LOG_TABLE[390] = {
    0x1.6900000000000p+0, -0x1.5ff3070a793d4p-2, 0x1.bc60efafc6f6ep-57, 0x1.6700000000000p+0,
    -0x1.5a42ab0f4cfe2p-2, 0x1.8ebcb7dee9a3dp-56, 0x1.6500000000000p+0, -0x1.548a2c3add263p-2,
    0x1.819cf7e308ddbp-57, 0x1.6300000000000p+0, -0x1.4ec973260026ap-2, 0x1.42a87d977dc5ep-56,
    0x1.6180000000000p+0, -0x1.4a7373cecf997p-2, -0x1.cb140cabb6bdbp-56, 0x1.5f80000000000p+0,
    -0x1.44a41b463c47cp-2, 0x1.d70c8309edcfcp-56, 0x1.5d80000000000p+0, -0x1.3ecc460ef5f50p-2,
    0x1.4313e09807affp-58, 0x1.5b80000000000p+0, -0x1.38ebdb38ed321p-2, 0x1.3e8cc159afd10p-56,
    0x1.5a00000000000p+0, -0x1.347dd9a987d55p-2, 0x1.4dd4c580919f8p-57, 0x1.5800000000000p+0,
    -0x1.2e8e2bae11d31p-2, 0x1.8f4cdb95ebdf9p-56, 0x1.5600000000000p+0, -0x1.2895a13de86a3p-2,
    -0x1.7ad24c13f040ep-56, 0x1.5480000000000p+0, -0x1.241558bfd1404p-2, 0x1.9bae06a5c872dp-65,
    0x1.5280000000000p+0, -0x1.1e0d0c33716bep-2, -0x1.e55361a93fe61p-57, 0x1.5100000000000p+0,
    -0x1.1980d2dd4236fp-2, -0x1.9d3d1b0e4d147p-56, 0x1.4f00000000000p+0, -0x1.136870293a8b0p-2,
    -0x1.7b66298edd24ap-56, 0x1.4d80000000000p+0, -0x1.0ed005f657da4p-2, -0x1.c56bd2abfe82ap-56,
    0x1.4c00000000000p+0, -0x1.0a324e27390e3p-2, -0x1.7dcfde8061c03p-56, 0x1.4a00000000000p+0,
    -0x1.0402594b4d041p-2, 0x1.28ec217a5022dp-57, 0x1.4880000000000p+0, -0x1.feb0233e607ccp-3,
    -0x1.6e32d5e8c707fp-57, 0x1.4700000000000p+0, -0x1.f550a564b7b37p-3, -0x1.c5f6dfd018c37p-61,
    0x1.4500000000000p+0, -0x1.e8c0252aa5a60p-3, 0x1.6e03a39bfc89bp-59, 0x1.4380000000000p+0,
    -0x1.df46c0c722d2fp-3, -0x1.05616f20722e7p-57, 0x1.4200000000000p+0, -0x1.d5c216b4fbb91p-3,
    -0x1.6e443597e4d40p-57, 0x1.4080000000000p+0, -0x1.cc320c0176502p-3, -0x1.039a653793a85p-57,
    0x1.3f00000000000p+0, -0x1.c2968558c18c1p-3, 0x1.73dee38a3fb6bp-57, 0x1.3d80000000000p+0,
    -0x1.b8ef670420c3bp-3, 0x1.999bd0ee3fe88p-57, 0x1.3c00000000000p+0, -0x1.af3c94e80bff3p-3,
    0x1.398cff3641985p-58, 0x1.3a80000000000p+0, -0x1.a57df28244dcdp-3, 0x1.b9af132a24e39p-59,
    0x1.3900000000000p+0, -0x1.9bb362e7dfb83p-3, -0x1.575e31f003e0cp-57, 0x1.3780000000000p+0,
    -0x1.91dcc8c340bdep-3, -0x1.aaf77bfd17182p-58, 0x1.3600000000000p+0, -0x1.87fa06520c911p-3,
    0x1.bf7fdbfa08d9ap-57, 0x1.3480000000000p+0, -0x1.7e0afd630c274p-3, 0x1.83e270efcc373p-58,
    0x1.3300000000000p+0, -0x1.740f8f54037a5p-3, 0x1.b264062a84cdbp-58, 0x1.3180000000000p+0,
    -0x1.6a079d0f7aad2p-3, 0x1.eedcbac2a7f18p-62, 0x1.3000000000000p+0, -0x1.5ff3070a793d4p-3,
    0x1.bc60efafc6f6ep-58, 0x1.2e80000000000p+0, -0x1.55d1ad4232d6fp-3, 0x1.ac8966e060839p-58,
    0x1.2d80000000000p+0, -0x1.4f099f4a230b2p-3, -0x1.a0a02a1b24794p-61, 0x1.2c00000000000p+0,
    -0x1.44d2b6ccb7d1ep-3, -0x1.9f4f6543e1f88p-57, 0x1.2a80000000000p+0, -0x1.3a8eb2d31a376p-3,
    0x1.220a8abf098f4p-60, 0x1.2900000000000p+0, -0x1.303d718e47fd3p-3, 0x1.6b9c7d96091fap-63,
    0x1.2800000000000p+0, -0x1.29552f81ff523p-3, -0x1.301771c407dbfp-57, 0x1.2680000000000p+0,
    -0x1.1eed90e2dc2c3p-3, 0x1.4e47b44db8540p-57, 0x1.2500000000000p+0, -0x1.14785846742acp-3,
    -0x1.a28813e3a7f07p-57, 0x1.2400000000000p+0, -0x1.0d77e7cd08e59p-3, -0x1.9a5dc5e9030acp-57,
    0x1.2280000000000p+0, -0x1.02ebb42bf3d4bp-3, 0x1.f4b9c01cb92c6p-59, 0x1.2180000000000p+0,
    -0x1.f7b79fec37ddfp-4, 0x1.87e897ed01783p-59, 0x1.2000000000000p+0, -0x1.e27076e2af2e6p-4,
    0x1.61578001e0162p-60, 0x1.1f00000000000p+0, -0x1.d4313d66cb35dp-4, -0x1.790dd951d90fap-58,
    0x1.1d80000000000p+0, -0x1.beba818146765p-4, 0x1.e2db7c7d5a130p-58, 0x1.1c80000000000p+0,
    -0x1.b05b49bee43fep-4, -0x1.160c7c252f298p-58, 0x1.1b00000000000p+0, -0x1.9ab42462033adp-4,
    0x1.2099e1c184e8ep-59, 0x1.1a00000000000p+0, -0x1.8c345d6319b21p-4, 0x1.4a697ab3424a9p-61,
    0x1.1880000000000p+0, -0x1.765bf23a6be13p-4, -0x1.0ff28ef6a592fp-58, 0x1.1780000000000p+0,
    -0x1.67bb0726ec0fcp-4, 0x1.b692c214ddbecp-58, 0x1.1680000000000p+0, -0x1.590cafdf01c28p-4,
    -0x1.3d5c8aaea76d2p-58, 0x1.1500000000000p+0, -0x1.42edcbea646f0p-4, -0x1.ddd4f935996c9p-59,
    0x1.1400000000000p+0, -0x1.341d7961bd1d1p-4, 0x1.b599f227becbbp-58, 0x1.1300000000000p+0,
    -0x1.253f62f0a1417p-4, 0x1.c125963fc4cfdp-62, 0x1.1180000000000p+0, -0x1.0ed839b5526fep-4,
    -0x1.7256ea8988a68p-61, 0x1.1080000000000p+0, -0x1.ffae9119b9303p-5, -0x1.ba13162a9c446p-60,
    0x1.0f80000000000p+0, -0x1.e19070c276016p-5, 0x1.19918a7a17dc1p-59, 0x1.0e80000000000p+0,
    -0x1.c355dd0921f2dp-5, 0x1.9b2a03e3be3a7p-60, 0x1.0d00000000000p+0, -0x1.95c830ec8e3ebp-5,
    -0x1.f5a0e80520bf2p-59, 0x1.0c00000000000p+0, -0x1.77458f632dcfcp-5, -0x1.18d3ca87b9296p-59,
    0x1.0b00000000000p+0, -0x1.58a5bafc8e4d5p-5, 0x1.ce55c2b4e2b72p-59, 0x1.0a00000000000p+0,
    -0x1.39e87b9febd60p-5, 0x1.5bfa937f551bbp-59, 0x1.0900000000000p+0, -0x1.1b0d98923d980p-5,
    0x1.e9ae889bac481p-60, 0x1.0780000000000p+0, -0x1.d91a66c543cc4p-6, 0x1.d34e608cbdaabp-62,
    0x1.0680000000000p+0, -0x1.9ace7551cc514p-6, -0x1.3409c1df8167fp-60, 0x1.0580000000000p+0,
    -0x1.5c45a51b8d389p-6, 0x1.b10b6c3ec21b4p-60, 0x1.0480000000000p+0, -0x1.1d7f7eb9eebe7p-6,
    0x1.d41fe63d2dbf9p-61, 0x1.0380000000000p+0, -0x1.bcf712c74384cp-7, 0x1.f6842688f499ap-62,
    0x1.0280000000000p+0, -0x1.3e7295d25a7d9p-7, 0x1.ff29a11443a06p-65, 0x1.0180000000000p+0,
    -0x1.7ee11ebd82e94p-8, 0x1.61e96e2fc5d90p-62, 0x1.0000000000000p+0, 0x0.0p+0,
    0x0.0p+0, 0x1.0000000000000p+0, 0x0.0p+0, 0x0.0p+0,
    0x1.fa00000000000p-1, 0x1.82448a388a2aap-7, 0x1.04b16137f09a0p-62, 0x1.f600000000000p-1,
    0x1.432a925980cc1p-6, -0x1.8cdaf39004192p-60, 0x1.f200000000000p-1, 0x1.c63d2ec14aaf2p-6,
    -0x1.ce030a686bd86p-60, 0x1.ef00000000000p-1, 0x1.149e3e4005a8dp-5, -0x1.53482d1f9d7d7p-61,
    0x1.eb00000000000p-1, 0x1.5715c4c03ceefp-5, -0x1.bbf88ec501b56p-61, 0x1.e700000000000p-1,
    0x1.9a187b573de7cp-5, -0x1.727626c86b3abp-59, 0x1.e400000000000p-1, 0x1.ccb73cdddb2ccp-5,
    -0x1.e48fb0500efd4p-59, 0x1.e000000000000p-1, 0x1.08598b59e3a07p-4, -0x1.dd7009902bf32p-58,
    0x1.dd00000000000p-1, 0x1.2207b5c78549ep-4, -0x1.cc0fbce104eaap-58, 0x1.d900000000000p-1,
    0x1.4485e03dbdfadp-4, 0x1.1ba349aadbc6ep-58, 0x1.d600000000000p-1, 0x1.5e95a4d9791cbp-4,
    0x1.f38745c5c450ap-58, 0x1.d200000000000p-1, 0x1.8197e2f40e3f0p-4, 0x1.b9f2dffbeed43p-60,
    0x1.cf00000000000p-1, 0x1.9c0c32d4d2548p-4, 0x1.fb0be3ccc1532p-59, 0x1.cc00000000000p-1,
    0x1.b6ac88dad5b1cp-4, -0x1.0057eed1ca59fp-59, 0x1.c900000000000p-1, 0x1.d179788219364p-4,
    0x1.9daf7df76ad2ap-59, 0x1.c600000000000p-1, 0x1.ec739830a1120p-4, -0x1.a2bf991780d3fp-59,
    0x1.c200000000000p-1, 0x1.08598b59e3a07p-3, -0x1.dd7009902bf32p-57, 0x1.bf00000000000p-1,
    0x1.160c8024b27b1p-3, -0x1.2d56ff61c2bfbp-57, 0x1.bc00000000000p-1, 0x1.23d712a49c202p-3,
    -0x1.6e38161051d69p-57, 0x1.b900000000000p-1, 0x1.31b994d3a4f85p-3, -0x1.c4716bdfc0cc9p-58,
    0x1.b600000000000p-1, 0x1.3fb45a59928ccp-3, -0x1.d87e6a354d056p-57, 0x1.b300000000000p-1,
    0x1.4dc7b897bc1c8p-3, -0x1.927d47803c5f4p-57, 0x1.b100000000000p-1, 0x1.5737cc9018cddp-3,
    0x1.4f4d710fec38ep-57, 0x1.ae00000000000p-1, 0x1.6574ebe8c133ap-3, -0x1.d34f0f4621bedp-60,
    0x1.ab00000000000p-1, 0x1.73cb9074fd14dp-3, -0x1.521a000b4cf01p-57, 0x1.a800000000000p-1,
    0x1.823c16551a3c2p-3, -0x1.1232ce70be781p-57, 0x1.a500000000000p-1, 0x1.90c6db9fcbcd9p-3,
    0x1.054473941ad99p-57, 0x1.a300000000000p-1, 0x1.9a8778debaa38p-3, 0x1.f47dfd871f87fp-57,
    0x1.a000000000000p-1, 0x1.a93ed3c8ad9e3p-3, 0x1.bcafa9de97203p-57, 0x1.9d00000000000p-1,
    0x1.b811730b823d2p-3, 0x1.a0ee735d9f0ecp-60, 0x1.9b00000000000p-1, 0x1.c2028ab17f9b4p-3,
    0x1.f11aa3853a5f1p-57, 0x1.9800000000000p-1, 0x1.d1037f2655e7bp-3, 0x1.60629242471a2p-57,
    0x1.9600000000000p-1, 0x1.db13db0d48940p-3, 0x1.aa11d49f96cb9p-58, 0x1.9300000000000p-1,
    0x1.ea4449f04aaf5p-3, -0x1.d33919ab94074p-57, 0x1.9100000000000p-1, 0x1.f474b134df229p-3,
    -0x1.27c77ded76aadp-58, 0x1.8e00000000000p-1, 0x1.01eae5626c691p-2, -0x1.18290bd2932e2p-59,
    0x1.8c00000000000p-1, 0x1.07138604d5862p-2, 0x1.cdb16ed4e9138p-56, 0x1.8a00000000000p-1,
    0x1.0c42d676162e3p-2, 0x1.162c79d5d11eep-58, 0x1.8700000000000p-1, 0x1.14167ef367783p-2,
    0x1.e0936abd4fa6ep-62, 0x1.8500000000000p-1, 0x1.1956d3b9bc2fap-2, 0x1.7b9d68d50a15dp-56,
    0x1.8300000000000p-1, 0x1.1e9e1678899f4p-2, 0x1.512c3749a1e4ep-56, 0x1.8000000000000p-1,
    0x1.269621134db92p-2, 0x1.e0efadd9db02bp-56, 0x1.7e00000000000p-1, 0x1.2bef07cdc9354p-2,
    -0x1.82dad7fd86088p-56, 0x1.7c00000000000p-1, 0x1.314f1e1d35ce4p-2, -0x1.3d69909e5c3dcp-56,
    0x1.7a00000000000p-1, 0x1.36b6776be1117p-2, -0x1.324f0e883858ep-58, 0x1.7800000000000p-1,
    0x1.3c25277333184p-2, -0x1.2ad27e50a8ec6p-56, 0x1.7500000000000p-1, 0x1.44591e0539f49p-2,
    -0x1.2b125247b0fa5p-56, 0x1.7300000000000p-1, 0x1.49da7f3bcc41fp-2, -0x1.9964a168ccacap-57,
    0x1.7100000000000p-1, 0x1.4f637ebba9810p-2, -0x1.58cb3124b9245p-56, 0x1.6f00000000000p-1,
    0x1.54f431b7be1a9p-2, -0x1.aacfdbbdab914p-56, 0x1.6d00000000000p-1, 0x1.5a8cadbbedfa1p-2,
    -0x1.e6c2bdfb3e037p-58, 0x1.6b00000000000p-1, 0x1.602d08af091ecp-2, -0x1.6e8920c09b73fp-58,
    0x1.6900000000000p-1, 0x1.65d558d4ce00bp-2, -0x1.7605a4748480ap-56, 0x1.6700000000000p-1,
    0x1.6b85b4cffa3fdp-2, -0x1.8af2c8dafcb08p-57,
};
// 64 zeros, then the first bits of 2/pi, most significant first
static const uint64_t WB_TWO_OVER_PI[21] = {
    0x0000000000000000, 0xa2f9836e4e441529, 0xfc2757d1f534ddc0, 0xdb6295993c439041,
    0xfe5163abdebbc561, 0xb7246e3a424dd2e0, 0x06492eea09d1921c, 0xfe1deb1cb129a73e,
    0xe88235f52ebb4484, 0xe99c7026b45f7e41, 0x3991d639835339f4, 0x9c845f8bbdf9283b,
    0x1ff897ffde05980f, 0xef2f118b5a0a6d1f, 0x6d367ecf27cb09b7, 0x4f463f669e5fea2d,
    0x7527bac7ebe5f17b, 0x3d0739f78a5292ea, 0x6bfb5fb11f8d5d08, 0x56033046fc7b6bab,
    0xf0cfbc209af4361d,
};
// what the first coefficient of the next lacks;
static const double WB_LGAMMA_NEAR_1_REST[1] = {
    -0x1.5926db154051cp-58,
};
// lgamma(1+t)/t, u = t - 1/32; error 2^-56.1
static const double WB_LGAMMA_NEAR_1[20] = {
    -0x1.1a9237a60525dp-1, 0x1.98acab7b560e4p-1, -0x1.81850a7c090a7p-2, 0x1.f84730eec287bp-3,
    -0x1.76875bb1db44fp-3, 0x1.28d7cd7c158f7p-3, -0x1.e90f6e2177f0dp-4, 0x1.9d3b562a7483ep-4,
    -0x1.6380588cd5963p-4, 0x1.35fe1f7b2fa1bp-4, -0x1.112ec9e65db13p-4, 0x1.e59f48619e3b6p-5,
    -0x1.b29a8089df7b2p-5, 0x1.873bf30bf4e37p-5, -0x1.63d21cb304251p-5, 0x1.4526f1229b3b6p-5,
    -0x1.157eef702761ep-5, 0x1.e4f2bd9e7606fp-6, -0x1.580c13badb2bcp-5, 0x1.5fbc110705685p-5,
};
// what the first coefficient of the next lacks;
static const double WB_LGAMMA_NEAR_2_REST[1] = {
    0x1.fe00ea62196d1p-56,
};
// lgamma(2+t)/t, u = t + 5/32; error 2^-54.1
static const double WB_LGAMMA_NEAR_2[23] = {
    0x1.7b9143178f9e9p-2, 0x1.616d709f78895p-2, -0x1.4052422887952p-4, 0x1.aa128de8782afp-6,
    -0x1.4ce5e6d2215d0p-7, 0x1.1b8883ee36b4dp-8, -0x1.fce4b1b11794ep-10, 0x1.d89e9257fc703p-11,
    -0x1.c185781f56db0p-12, 0x1.b3093335156c8p-13, -0x1.aa93522df85fbp-14, 0x1.a694d2c728064p-15,
    -0x1.a612b63ea1634p-16, 0x1.a870ae887be7cp-17, -0x1.ad3c91c8d8a41p-18, 0x1.b3915ca858acep-19,
    -0x1.bbf7f3709d81dp-20, 0x1.cf24c461b1433p-21, -0x1.dfee07d5a876ep-22, 0x1.9f88638557cf1p-23,
    -0x1.976da659a98acp-24, 0x1.a31394b37edc3p-24, -0x1.cb4e3b38a03ffp-25,
};
// x (lgamma x - its main part), z = 1/x^2; error 2^-57.6
static const double WB_STIRLING[9] = {
    0x1.5555555555555p-4, -0x1.6c16c16c016bfp-9, 0x1.a019ffe0134b4p-11, -0x1.38100122176a9p-11,
    0x1.b5e1c1d02f811p-11, -0x1.0bf3196b5cfc6p-10, -0x1.f6593ec042596p-5, 0x1.51c41fa4a30dbp+1,
    -0x1.546fc5d97b51ep+5,
};
// the root of digamma in parts
static const double WB_DIGAMMA_ROOT[3] = {
    0x1.762d863400000p+0, 0x1.6be3f6e1a9c88p-32, 0x1.978293c1ac54dp-86,
};
// what the first coefficient of the next lacks;
static const double WB_DIGAMMA_NEAR_ROOT_REST[1] = {
    0x1.8d08a82bafd8ep-55,
};
// digamma x/(x - root), u = x - 3/2; error 2^-56.1
static const double WB_DIGAMMA_NEAR_ROOT[23] = {
    0x1.e6f0cbb873616p-1, -0x1.b1cb63005ee98p-2, 0x1.eca189b8e6f76p-3, -0x1.2feeeb98a78d3p-3,
    0x1.8512e590384cep-4, -0x1.fb44202a24f15p-5, 0x1.4de9aa17d35f2p-5, -0x1.b9f8b11b650c7p-6,
    0x1.256471621fa7bp-6, -0x1.8635640e44c45p-7, 0x1.03c0b0f8f4d04p-7, -0x1.5a06a32d0e448p-8,
    0x1.cd1f77e3f2f93p-9, -0x1.336dea2c707afp-9, 0x1.99dcef85a04bfp-10, -0x1.0fb1c6a34cb76p-10,
    0x1.69e81c7101b20p-11, -0x1.fda4e9cc5b2c7p-12, 0x1.55b5e634d128ep-12, -0x1.2f5de2917b070p-13,
    0x1.874f1b30cc96ep-14, -0x1.75fdebe5ea80ep-13, 0x1.fc3cb6aa73067p-14,
};
// (log x - 1/(2x) - digamma x) x^2, z = 1/x^2; error 2^-70.1
static const double WB_DIGAMMA_TAIL[8] = {
    0x1.5555555555555p-4, -0x1.111111110fa43p-7, 0x1.041040fbe2a8ep-8, -0x1.111105c70f55ep-8,
    0x1.f0737c86a5917p-8, -0x1.589d3defea7e8p-6, 0x1.44d01e3d15f06p-4, -0x1.2645f444f40e6p-2,
};
// (trigamma x - 1/x - 1/(2x^2)) x^3, z = 1/x^2; error 2^-66.0
static const double WB_TRIGAMMA_TAIL[8] = {
    0x1.5555555555552p-3, -0x1.111111110a46fp-5, 0x1.8618616036a5ap-6, -0x1.1110f76c40332p-5,
    0x1.3643e92495f35p-4, -0x1.021d3e03acf2dp-2, 0x1.188064ad4508ap+0, -0x1.1642d87ffc536p+2,
};
// 2/sqrt(pi) in two parts
static const double WB_TWO_OVER_SQRT_PI[2] = {
    0x1.20dd750429b6dp+0, 0x1.1ae3a914fed80p-56,
};
// (erf x/x - 2/sqrt pi)/x^2, z = x^2; error 2^-62.1
static const double WB_ERF[12] = {
    -0x1.812746b0379e6p-2, 0x1.ce2f21a042b19p-4, -0x1.b82ce312842f5p-6, 0x1.565bcd0d98e1bp-8,
    -0x1.c02db3d3ceb1dp-11, 0x1.f9a320f6a500bp-14, -0x1.f4d1d128162d4p-17, 0x1.b9de2fea05912p-20,
    -0x1.5f1670bc24537p-23, 0x1.f7580c8155952p-27, -0x1.3777d6b94536ap-30, 0x1.02d73e9cf1eabp-34,
};
// what the first coefficient of the next lacks;
static const double WB_ERFCX_NEAR_REST[1] = {
    0x1.b4c7f60e47a96p-63,
};
// exp(x^2) erfc x, u = x - 5/4; error 2^-53.9
static const double WB_ERFCX_NEAR[22] = {
    0x1.78a692138767ap-2, -0x1.abaacdbfa8b07p-3, 0x1.b56f45eef7e56p-4, -0x1.9b635ac624adap-5,
    0x1.68a25a664206ap-6, -0x1.299636d6c5638p-7, 0x1.d1b695aaac5cdp-9, -0x1.5b8bc94c717c1p-10,
    0x1.f0fe6fbc220f0p-12, -0x1.55c07d1f727c1p-13, 0x1.c5703431d4728p-15, -0x1.22fc40e06cac0p-16,
    0x1.6a18efa97ec90p-18, -0x1.b5bc5b0e4fdecp-20, 0x1.0178e33725f0ap-21, -0x1.2740bec2f9b3bp-23,
    0x1.4afda2a4b6a4bp-25, -0x1.69ac8bf8a06e2p-27, 0x1.78a494b27cd5ap-29, -0x1.8e481ac386f8bp-31,
    0x1.032c75617318bp-32, -0x1.f8b37347a0b44p-35,
};
// what the first coefficient of the next lacks;
static const double WB_ERFCX_MIDDLE_REST[1] = {
    -0x1.99682000dddb5p-58,
};
// exp(x^2) erfc x, u = x - 3; error 2^-58.3
static const double WB_ERFCX_MIDDLE[20] = {
    0x1.6e9827d229d2dp-3, -0x1.bd6ae4d14b16fp-5, 0x1.043fe1a98c0d4p-6, -0x1.259061ba85685p-8,
    0x1.409cc2ed3f070p-10, -0x1.53dec9d089e00p-12, 0x1.5e7393053f91fp-14, -0x1.6025103c0a3fep-16,
    0x1.595f1b11f475ap-18, -0x1.4b146276d905fp-20, 0x1.3699166120a5dp-22, -0x1.1d791b21be69ap-24,
    0x1.014e0ebb1514ep-26, -0x1.c74f79dc67298p-29, 0x1.8c2eae1d05f52p-31, -0x1.526b2f3196890p-33,
    0x1.166b84f8e03f1p-35, -0x1.ce952ef5c2a78p-38, 0x1.d474358eaa931p-40, -0x1.72140493498fep-42,
};
// (x sqrt(pi) exp(x^2) erfc x - 1) x^2, z = 1/x^2; error 2^-61.8
static const double WB_ERFCX_FAR[15] = {
    -0x1.fffffffffffe8p-2, 0x1.7ffffffffaf0ep-1, -0x1.dffffffa01880p+0, 0x1.a3fffe31c46b6p+2,
    -0x1.d87faca9f59bcp+4, 0x1.44d3124d192dcp+7, -0x1.07bb9f65723c9p+10, 0x1.ebcb4f3501087p+12,
    -0x1.fc57093dbd6ddp+15, 0x1.12912260eb33cp+19, -0x1.1bba8a1e11542p+22, 0x1.f819db82d1debp+24,
    -0x1.55f46751e0c29p+27, 0x1.2faebfd2d9b53p+29, -0x1.032797b08337dp+30,
};
// x/q, w = 0.425^2 - q^2; error 2^-55.3
static const double WB_QUANTILE_CENTRE_P[10] = {
    0x1.b18d91e9eef76p+1, 0x1.518a0729f2f94p+7, 0x1.a6fdc6b6aa561p+11, 0x1.12332fef6ccd3p+15,
    0x1.8a3ec4ab88747p+17, 0x1.39bea5189164fp+19, 0x1.056681746867cp+20, 0x1.91f57001ec9afp+19,
    0x1.b2a7264200a28p+17, 0x1.23ca8ca96ea4bp+13,
};
// x/q, w = 0.425^2 - q^2; error 2^-55.3
static const double WB_QUANTILE_CENTRE_Q[10] = {
    0x1.0000000000000p+0, 0x1.a6a7ceb774f96p+5, 0x1.1bf149aed7207p+10, 0x1.9091f52d70f85p+13,
    0x1.3fc189aa2783dp+16, 0x1.22d8ccf68bd0ap+18, 0x1.21711a5930a18p+19, 0x1.1e52483b68c04p+19,
    0x1.cfaac504fae8dp+17, 0x1.814ff93dff941p+14,
};
// sqrt(2) r + x, r = sqrt(-log p), u = r - 3/2; error 2^-53.7
static const double WB_QUANTILE_TAIL_P[10] = {
    0x1.bd69bf5d0e932p-1, 0x1.ea8ce4bbd60e9p+0, 0x1.bbd5941e01ddep+0, 0x1.ad0799756981bp-1,
    0x1.deb9be9fbf982p-3, 0x1.32740e35fa528p-5, 0x1.a0d4c8f66a835p-9, 0x1.fd4ac471947afp-14,
    0x1.8382c49a9a78fp-20, 0x1.c52a77dc2acbfp-31,
};
// sqrt(2) r + x, r = sqrt(-log p), u = r - 3/2; error 2^-53.7
static const double WB_QUANTILE_TAIL_Q[10] = {
    0x1.0000000000000p+0, 0x1.490441f3eb700p+1, 0x1.6343db7b3d713p+1, 0x1.a4d1798d57eb4p+0,
    0x1.2a6edb16be81ep-1, 0x1.01dbc533f9afbp-3, 0x1.062ebc7629308p-6, 0x1.1dc7aee07c767p-10,
    0x1.15b5d58681f51p-15, 0x1.3e4ee89ec7d91p-22,
};
// sqrt(2) r + x, r = sqrt(-log p), u = r - 5; error 2^-54.4
static const double WB_QUANTILE_FAR_P[10] = {
    0x1.a7143ee025997p-2, 0x1.23bad34cb4c9fp-2, 0x1.416dfe5d27788p-4, 0x1.6985c5044df97p-7,
    0x1.b93ebd3b27889p-11, 0x1.208c1f4aefbbcp-15, 0x1.78b62b103932ap-21, 0x1.a4e01aec460a2p-28,
    0x1.19c4a1aea00b4p-36, 0x1.ec17e824e7be4p-50,
};
// sqrt(2) r + x, r = sqrt(-log p), u = r - 5; error 2^-54.4
static const double WB_QUANTILE_FAR_Q[10] = {
    0x1.0000000000000p+0, 0x1.a65f91fb67d21p-1, 0x1.1f5858ed903b6p-2, 0x1.a0289b77ec547p-5,
    0x1.59d25cb8c2ea9p-8, 0x1.4c36450f0f6a6p-12, 0x1.62faf13921be6p-17, 0x1.81f3ca14a1496p-23,
    0x1.66af553ae757bp-30, 0x1.7d37bf68ed0afp-39,
};
