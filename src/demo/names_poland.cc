// Names and towns of Poland: src/demo/NOTICE.md names their sources and licences.

#include "demo/names.h"

namespace wanamaker::demo {
namespace {

constexpr std::string_view kFemaleFirst[] = {
    "Anna",   "Maria",      "Katarzyna", "Małgorzata", "Agnieszka", "Barbara",  "Ewa",      "Krystyna", "Magdalena", "Elżbieta",
    "Joanna", "Aleksandra", "Zofia",     "Monika",     "Teresa",    "Natalia",  "Karolina", "Marta",    "Julia",     "Dorota",
    "Janina", "Alicja",     "Jadwiga",   "Irena",      "Zuzanna",   "Wiktoria", "Oliwia",   "Maja",     "Emilia",    "Patrycja",
    "Hanna",  "Renata",     "Paulina",   "Weronika",   "Gabriela",  "Klaudia",  "Sylwia",   "Olga",     "Kamila",    "Lidia",
};
constexpr std::string_view kMaleFirst[] = {
    "Piotr",  "Krzysztof", "Andrzej", "Tomasz",   "Jan",     "Paweł",   "Michał",    "Marcin", "Stanisław", "Jakub",
    "Adam",   "Marek",     "Łukasz",  "Grzegorz", "Mateusz", "Dariusz", "Rafał",     "Jerzy",  "Szymon",    "Dawid",
    "Antoni", "Józef",     "Robert",  "Ryszard",  "Filip",   "Dominik", "Sebastian", "Artur",  "Hubert",    "Mikołaj",
    "Patryk", "Leon",      "Igor",    "Wiktor",   "Henryk",  "Daniel",  "Konrad",    "Damian", "Karol",     "Emil",
};
constexpr std::string_view kFemaleLast[] = {
    "Dąbrowska",   "Grabowska",   "Jankowska",   "Kaczmarek",  "Kamińska",   "Kowalczyk",   "Kowalska",   "Kozłowska", "Krawczyk",
    "Kwiatkowska", "Lewandowska", "Mazur",       "Nowak",      "Piotrowska", "Szymańska",   "Wiśniewska", "Woźniak",   "Wójcik",
    "Zielińska",   "Adamczak",    "Banasiak",    "Białkowska", "Borkowska",  "Bąkowska",    "Cieśla",     "Czyż",      "Dudek",
    "Filipowicz",  "Gawrońska",   "Grzesiak",    "Górska",     "Jakubiak",   "Jastrzębska", "Kaczor",     "Kaszuba",   "Komorowska",
    "Kowalczuk",   "Krupińska",   "Kuchta",      "Kędzierska", "Lipka",      "Malicka",     "Matysiak",   "Miklaś",    "Mrozek",
    "Noga",        "Paczkowska",  "Piasecka",    "Pluta",      "Radecka",    "Rudzińska",   "Sikora",     "Sobczyk",   "Stachurska",
    "Stępień",     "Szostak",     "Tomaszewska", "Walczak",    "Wiącek",     "Wróblewska",
};
constexpr std::string_view kMaleLast[] = {
    "Dąbrowski",   "Grabowski",   "Jankowski",   "Kaczmarek",  "Kamiński",   "Kowalczyk",   "Kowalski",   "Kozłowski", "Krawczyk",
    "Kwiatkowski", "Lewandowski", "Mazur",       "Nowak",      "Piotrowski", "Szymański",   "Wiśniewski", "Woźniak",   "Wójcik",
    "Zieliński",   "Adamczak",    "Banasiak",    "Białkowski", "Borkowski",  "Bąkowski",    "Cieśla",     "Czyż",      "Dudek",
    "Filipowicz",  "Gawroński",   "Grzesiak",    "Górski",     "Jakubiak",   "Jastrzębski", "Kaczor",     "Kaszuba",   "Komorowski",
    "Kowalczuk",   "Krupiński",   "Kuchta",      "Kędzierski", "Lipka",      "Malicki",     "Matysiak",   "Miklaś",    "Mrozek",
    "Noga",        "Paczkowski",  "Piasecki",    "Pluta",      "Radecki",    "Rudziński",   "Sikora",     "Sobczyk",   "Stachurski",
    "Stępień",     "Szostak",     "Tomaszewski", "Walczak",    "Wiącek",     "Wróblewski",
};
constexpr Town kTowns[] = {
    {"Warszawa", "mazowieckie", 5222977, 2101178},
    {"Kraków", "małopolskie", 5006143, 1993658},
    {"Łódź", "łódzkie", 5177058, 1947395},
    {"Wrocław", "dolnośląskie", 5110286, 1703006},
    {"Poznań", "wielkopolskie", 5240692, 1692993},
    {"Gdańsk", "pomorskie", 5435227, 1864912},
    {"Szczecin", "zachodniopomorskie", 5342894, 1455302},
    {"Bydgoszcz", "kujawsko-pomorskie", 5312350, 1800762},
    {"Lublin", "lubelskie", 5125058, 2257009},
    {"Białystok", "podlaskie", 5313333, 2316433},
    {"Katowice", "śląskie", 5025970, 1902173},
    {"Gdynia", "pomorskie", 5451889, 1853188},
    {"Częstochowa", "śląskie", 5079646, 1912409},
    {"Radom", "mazowieckie", 5140253, 2114714},
    {"Sosnowiec", "śląskie", 5028682, 1910385},
    {"Toruń", "kujawsko-pomorskie", 5301375, 1859814},
    {"Kielce", "świętokrzyskie", 5087033, 2062752},
    {"Rzeszów", "podkarpackie", 5004132, 2199901},
    {"Gliwice", "śląskie", 5029761, 1867658},
    {"Zabrze", "śląskie", 5032492, 1878576},
    {"Olsztyn", "warmińsko-mazurskie", 5378376, 2049272},
    {"Bielsko-Biała", "śląskie", 4982245, 1904686},
    {"Bytom", "śląskie", 5034802, 1893282},
    {"Zielona Góra", "lubuskie", 5193548, 1550643},
    {"Rybnik", "śląskie", 5009713, 1854179},
    {"Ruda Śląska", "śląskie", 5025840, 1885632},
    {"Opole", "opolskie", 5067119, 1792604},
    {"Tychy", "śląskie", 5013717, 1896641},
    {"Gorzów Wielkopolski", "lubuskie", 5273371, 1522505},
    {"Elbląg", "warmińsko-mazurskie", 5415220, 1940884},
    {"Płock", "mazowieckie", 5254682, 1970638},
    {"Dąbrowa Górnicza", "śląskie", 5033394, 1920479},
    {"Wałbrzych", "dolnośląskie", 5077141, 1628432},
    {"Włocławek", "kujawsko-pomorskie", 5264817, 1906780},
    {"Tarnów", "małopolskie", 5001381, 2098698},
    {"Chorzów", "śląskie", 5030582, 1897420},
    {"Koszalin", "zachodniopomorskie", 5419438, 1617222},
    {"Kalisz", "wielkopolskie", 5176109, 1809102},
    {"Legnica", "dolnośląskie", 5121006, 1616190},
    {"Grudziądz", "kujawsko-pomorskie", 5348411, 1875366},
};

}  // namespace

const Country kPoland = {.code = "PL",
                         .language = "pl",
                         .currency = "PLN",
                         .units_per_euro = 4,
                         .phone_prefix = "+48",
                         .female_first = kFemaleFirst,
                         .male_first = kMaleFirst,
                         .female_last = kFemaleLast,
                         .male_last = kMaleLast,
                         .towns = kTowns};

}  // namespace wanamaker::demo
