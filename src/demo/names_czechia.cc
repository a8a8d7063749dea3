// Names and towns of Czechia: src/demo/NOTICE.md names their sources and licences.

#include "demo/names.h"

namespace wanamaker::demo {
namespace {

constexpr std::string_view kFemaleFirst[] = {
    "Jana",  "Marie",    "Eva",       "Anna",   "Hana",    "Lenka",     "Kateřina", "Věra",   "Lucie",   "Alena",
    "Petra", "Veronika", "Jaroslava", "Tereza", "Martina", "Michaela",  "Jitka",    "Helena", "Ludmila", "Zdeňka",
    "Ivana", "Monika",   "Eliška",    "Zuzana", "Markéta", "Jarmila",   "Barbora",  "Jiřina", "Marcela", "Kristýna",
    "Dana",  "Dagmar",   "Adéla",     "Pavla",  "Vlasta",  "Miroslava", "Andrea",   "Irena",  "Klára",   "Božena",
};
constexpr std::string_view kMaleFirst[] = {
    "Jiří",     "Jan",       "Petr",   "Jakub",   "Josef", "Pavel",    "Martin",    "Tomáš",   "Jaroslav", "Miroslav",
    "Zdeněk",   "František", "Václav", "Michal",  "Milan", "Karel",    "Lukáš",     "David",   "Vladimír", "Ladislav",
    "Ondřej",   "Stanislav", "Roman",  "Marek",   "Radek", "Daniel",   "Antonín",   "Vojtěch", "Filip",    "Adam",
    "Miloslav", "Matěj",     "Aleš",   "Jaromír", "Libor", "Jindřich", "Vlastimil", "Rudolf",  "Dominik",  "Luboš",
};
constexpr std::string_view kFemaleLast[] = {
    "Benešová",    "Doležalová", "Dvořáková",   "Fialová",    "Horáková",  "Hájková",     "Jelínková",  "Kolářová",    "Králová",
    "Kučerová",    "Marková",    "Navrátilová", "Novotná",    "Nováková",  "Němcová",     "Pokorná",    "Pospíšilová", "Procházková",
    "Růžičková",   "Sedláčková", "Svobodová",   "Veselá",     "Zemanová",  "Čermáková",   "Černá",      "Adamcová",    "Bendová",
    "Braunová",    "Chlupová",   "Dolečková",   "Fenclová",   "Grygarová", "Heřmanová",   "Horáčková",  "Hušková",     "Jašková",
    "Kadeřábková", "Kašíková",   "Kopecká",     "Košťálová",  "Kuchařová", "Landová",     "Malečková",  "Melicharová", "Moudrá",
    "Nguyenová",   "Pecháčková", "Poláchová",   "Pšeničková", "Sehnalová", "Smejkalová",  "Stoklasová", "Tichá",       "Urbanová",
    "Vlčková",     "Vybíralová", "Zapletalová", "Černochová", "Šedová",    "Šplíchalová",
};
constexpr std::string_view kMaleLast[] = {
    "Beneš",     "Doležal", "Dvořák",   "Fiala",    "Horák",     "Hájek",  "Jelínek", "Kolář",    "Krejčí",    "Král",
    "Kučera",    "Marek",   "Navrátil", "Novotný",  "Novák",     "Němec",  "Pokorný", "Pospíšil", "Procházka", "Růžička",
    "Sedláček",  "Svoboda", "Veselý",   "Zeman",    "Čermák",    "Černý",  "Adam",    "Beran",    "Brož",      "Chmelík",
    "Doubek",    "Fischer", "Hanus",    "Hlaváček", "Hrabovský", "Jakl",   "Jindra",  "Kalousek", "Knap",      "Kotlár",
    "Králík",    "Kužel",   "Lukáš",    "Matula",   "Minář",     "Nagy",   "Patočka", "Peřina",   "Provazník", "Rybář",
    "Skřivánek", "Souček",  "Svačina",  "Tvrdý",    "Veverka",   "Votava", "Wolf",    "Zíka",     "Šebek",     "Šolc",
};
constexpr Town kTowns[] = {
    {"Praha", "Hlavní město Praha", 5008804, 1442076},
    {"Brno", "Jihomoravský kraj", 4919522, 1660796},
    {"Ostrava", "Moravskoslezský kraj", 4983465, 1828204},
    {"Pilsen", "Plzeňský kraj", 4974747, 1337759},
    {"Liberec", "Liberecký kraj", 5076711, 1505619},
    {"Olomouc", "Olomoucký kraj", 4959552, 1725175},
    {"České Budějovice", "Jihočeský kraj", 4897447, 1447434},
    {"Hradec Králové", "Královéhradecký kraj", 5020923, 1583277},
    {"Ústí nad Labem", "Ústecký kraj", 5066070, 1403227},
    {"Pardubice", "Pardubický kraj", 5004075, 1577659},
    {"Zlín", "Zlínský kraj", 4922645, 1767065},
    {"Havířov", "Moravskoslezský kraj", 4977984, 1843688},
    {"Kladno", "Středočeský kraj", 5014734, 1410285},
    {"Most", "Ústecký kraj", 5050301, 1363617},
    {"Opava", "Moravskoslezský kraj", 4993866, 1790257},
    {"Frýdek-Místek", "Moravskoslezský kraj", 4968333, 1835000},
    {"Jihlava", "Kraj Vysočina", 4939610, 1559124},
    {"Karviná", "Moravskoslezský kraj", 4985400, 1854169},
    {"Teplice", "Ústecký kraj", 5064040, 1382451},
    {"Chomutov", "Ústecký kraj", 5046048, 1341779},
    {"Děčín", "Ústecký kraj", 5078215, 1421478},
    {"Karlovy Vary", "Karlovarský kraj", 5023271, 1287117},
    {"Jablonec nad Nisou", "Liberecký kraj", 5072431, 1517108},
    {"Mladá Boleslav", "Středočeský kraj", 5041135, 1490318},
    {"Prostějov", "Olomoucký kraj", 4947188, 1711184},
    {"Přerov", "Olomoucký kraj", 4945511, 1745090},
    {"Třebíč", "Kraj Vysočina", 4921492, 1588166},
    {"Česká Lípa", "Liberecký kraj", 5068551, 1453764},
    {"Třinec", "Moravskoslezský kraj", 4967763, 1867078},
    {"Tábor", "Jihočeský kraj", 4941441, 1465780},
    {"Znojmo", "Jihomoravský kraj", 4885550, 1604880},
    {"Kolín", "Středočeský kraj", 5002806, 1519980},
    {"Příbram", "Středočeský kraj", 4968988, 1401043},
    {"Cheb", "Karlovarský kraj", 5007963, 1237392},
    {"Písek", "Jihočeský kraj", 4930880, 1414750},
    {"Trutnov", "Královéhradecký kraj", 5056101, 1591270},
    {"Kroměříž", "Zlínský kraj", 4929785, 1739312},
    {"Orlová", "Moravskoslezský kraj", 4984527, 1843011},
    {"Vsetín", "Zlínský kraj", 4933871, 1799619},
    {"Šumperk", "Olomoucký kraj", 4996528, 1697061},
};

}  // namespace

const Country kCzechia = {.code = "CZ",
                          .language = "cs",
                          .currency = "CZK",
                          .units_per_euro = 25,
                          .phone_prefix = "+420",
                          .female_first = kFemaleFirst,
                          .male_first = kMaleFirst,
                          .female_last = kFemaleLast,
                          .male_last = kMaleLast,
                          .towns = kTowns};

}  // namespace wanamaker::demo
