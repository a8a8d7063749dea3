// Names and towns of Slovakia: src/demo/NOTICE.md names their sources and licences.

#include "demo/names.h"

namespace wanamaker::demo {
namespace {

constexpr std::string_view kFemaleFirst[] = {
    "Mária",    "Anna",     "Zuzana", "Katarína", "Jana",    "Eva",     "Monika",   "Lucia",     "Martina",   "Veronika",
    "Michaela", "Kristína", "Ivana",  "Alena",    "Helena",  "Barbora", "Simona",   "Natália",   "Nina",      "Ema",
    "Sofia",    "Viktória", "Nikola", "Dominika", "Daniela", "Andrea",  "Gabriela", "Silvia",    "Miroslava", "Lenka",
    "Denisa",   "Petra",    "Renáta", "Tatiana",  "Viera",   "Zdenka",  "Jarmila",  "Magdaléna", "Margita",   "Terézia",
};
constexpr std::string_view kMaleFirst[] = {
    "Jozef",     "Peter",   "Ján",    "Martin",   "Milan", "Michal",    "Štefan",  "Tomáš",     "Marek",    "Miroslav",
    "František", "Lukáš",   "Juraj",  "Ladislav", "Pavol", "Vladimír",  "Jakub",   "Ivan",      "Matej",    "Andrej",
    "Dušan",     "Igor",    "Adam",   "Patrik",   "Filip", "Matúš",     "Richard", "Róbert",    "Roman",    "Rastislav",
    "Dávid",     "Dominik", "Samuel", "Oliver",   "Erik",  "Branislav", "Marián",  "Stanislav", "Jaroslav", "Viktor",
};
constexpr std::string_view kFemaleLast[] = {
    "Balážová",   "Kollárová",  "Kováčová",  "Krajčírová",  "Lukáčová",   "Nováková",    "Antalová",    "Baranová",   "Bernoláková",
    "Blahová",    "Brezinová",  "Cibulková", "Danková",     "Dejová",     "Droppová",    "Dulová",      "Dávidová",   "Farkašovská",
    "Finková",    "Gregorová",  "Habšudová", "Hanková",     "Hečková",    "Holubyová",   "Hricová",     "Ihnačáková", "Jančeková",
    "Jurinová",   "Kafendová",  "Klapková",  "Kolníková",   "Kostrecová", "Krajíčeková", "Krúpová",     "Labudová",   "Lubinová",
    "Majeská",    "Marcinková", "Medveďová", "Mihaliková",  "Mikulíková", "Mináčová",    "Moravčíková", "Obšutová",   "Pavlikovská",
    "Pelikánová", "Plchová",    "Poliaková", "Romančíková", "Rybáriková", "Senková",     "Slašťanová",  "Slováková",  "Strnisková",
    "Tatarková",  "Thomková",   "Turčoková", "Vajdová",     "Vaneková",   "Vlachová",
};
constexpr std::string_view kMaleLast[] = {
    "Baláž",      "Kollár",   "Kováč",   "Kováčik", "Krajčír",   "Lukáč",   "Novák",     "Antal",      "Baran",     "Bača",
    "Bielik",     "Boška",    "Chudík",  "Cyprich", "Daňo",      "Doležal", "Dudek",     "Dvonč",      "Fabián",    "Filip",
    "Gašparovič", "Grznár",   "Haluška", "Haščák",  "Hlinka",    "Hoza",    "Hrušovský", "Janoška",    "Jedľovský", "Jurkovič",
    "Karul",      "Kolesár",  "Korec",   "Kočiš",   "Krajčovič", "Kyseľ",   "Lipták",    "Líška",      "Malíšek",   "Maslo",
    "Michalík",   "Mikloško", "Milota",  "Mokroš",  "Nemec",     "Otčenáš", "Pašek",     "Petrovický", "Plekanec",  "Pupák",
    "Rus",        "Rybárik",  "Sklenka", "Sloboda", "Smrek",     "Svrbík",  "Tatarka",   "Tomeček",    "Turčok",    "Vajda",
};
constexpr Town kTowns[] = {
    {"Bratislava", "Bratislavský kraj", 4814816, 1710674},
    {"Košice", "Košický kraj", 4871441, 2125802},
    {"Prešov", "Prešovský kraj", 4899923, 2123550},
    {"Žilina", "Žilinský kraj", 4922315, 1873941},
    {"Nitra", "Nitriansky kraj", 4830763, 1808453},
    {"Banská Bystrica", "Banskobystrický kraj", 4873947, 1914932},
    {"Trnava", "Trnavský kraj", 4837773, 1758603},
    {"Trenčín", "Trenčiansky kraj", 4889452, 1804436},
    {"Martin", "Žilinský kraj", 4906651, 1892399},
    {"Poprad", "Prešovský kraj", 4906144, 2029798},
    {"Prievidza", "Trenčiansky kraj", 4877446, 1862750},
    {"Zvolen", "Banskobystrický kraj", 4857442, 1915324},
    {"Považská Bystrica", "Trenčiansky kraj", 4912153, 1842169},
    {"Michalovce", "Košický kraj", 4875434, 2191950},
    {"Nové Zámky", "Nitriansky kraj", 4798544, 1816195},
    {"Spišská Nová Ves", "Košický kraj", 4894464, 2056153},
    {"Komárno", "Nitriansky kraj", 4776356, 1812263},
    {"Humenné", "Prešovský kraj", 4893707, 2191625},
    {"Levice", "Nitriansky kraj", 4821563, 1860705},
    {"Bardejov", "Prešovský kraj", 4929175, 2127271},
    {"Liptovský Mikuláš", "Žilinský kraj", 4908061, 1962218},
    {"Lučenec", "Banskobystrický kraj", 4833249, 1966708},
    {"Piešťany", "Trnavský kraj", 4859479, 1782591},
    {"Ružomberok", "Žilinský kraj", 4907480, 1930751},
    {"Topoľčany", "Nitriansky kraj", 4856361, 1816712},
    {"Trebišov", "Košický kraj", 4862858, 2171954},
    {"Čadca", "Žilinský kraj", 4943503, 1878895},
    {"Rimavská Sobota", "Banskobystrický kraj", 4838284, 2002239},
    {"Dubnica nad Váhom", "Trenčiansky kraj", 4895981, 1816634},
    {"Pezinok", "Bratislavský kraj", 4828986, 1726664},
    {"Dunajská Streda", "Trnavský kraj", 4799268, 1761211},
    {"Partizánske", "Trenčiansky kraj", 4862861, 1838455},
    {"Vranov nad Topľou", "Prešovský kraj", 4888836, 2168479},
    {"Šaľa", "Nitriansky kraj", 4815127, 1788062},
    {"Brezno", "Banskobystrický kraj", 4880431, 1963631},
    {"Snina", "Prešovský kraj", 4898857, 2215099},
    {"Senica", "Trnavský kraj", 4867922, 1736697},
    {"Rožňava", "Košický kraj", 4866009, 2053758},
    {"Dolný Kubín", "Žilinský kraj", 4920983, 1930341},
    {"Kežmarok", "Prešovský kraj", 4913571, 2043352},
};

}  // namespace

const Country kSlovakia = {.code = "SK",
                           .language = "sk",
                           .currency = "EUR",
                           .units_per_euro = 1,
                           .phone_prefix = "+421",
                           .female_first = kFemaleFirst,
                           .male_first = kMaleFirst,
                           .female_last = kFemaleLast,
                           .male_last = kMaleLast,
                           .towns = kTowns};

}  // namespace wanamaker::demo
