"""What invented stories are made of: places, people, matters, and sentences about them."""

from itertools import islice, product

SECTIONS = {
    "Town": (
        "council, residents’ union, market guild, harbour board, parish meeting, fire brigade",
        "market square, bell tower, flood wall, covered market, old gasworks, lamp post survey, "
        "harbour crane, rent register, allotment waiting list, swimming baths, clock repair, "
        "fish quay, tannery site, public noticeboard, town hall roof, Marl & Daughters contract",
    ),
    "Politics": (
        "assembly, treasury, electoral office, ombudsman, upper chamber, ministry",
        "ferry vote, border treaty, pensions bill, second ballot, archive law, fuel levy, "
        "land register, spending review, recall petition, postal vote, coalition pact, "
        "ministry move, lobbying register, four-year budget, ward map, citizens’ jury",
    ),
    "Business": (
        "shipyard, savings bank, co-operative, trade fair, cannery, chamber of commerce",
        "crane order, wool price, net factory, night shift, apprentice scheme, salt works, "
        "dry dock, apple ban, export licence, bank rate, pension fund, slate quarry, "
        "glass furnace, orchard merger, cold store, Dunmore & Sons takeover",
    ),
    "Science": (
        "observatory, university, tide laboratory, herbarium, polar institute, science academy",
        "ring around the ninth planet, tide gauge, kelp survey, seed bank, meteor count, "
        "eel migration, ice core, quiet telescope, moss genome, comet archive, deep-sea lander, "
        "soil map, bat census, weather balloon, lost spectrum, earthquake catalogue",
    ),
    "Environment": (
        "rivers trust, forest service, wetlands board, water company, peat society, bird club",
        "peat moor, eel ladder, reed bed, beaver licence, kelp forest, oyster reef, heron colony, "
        "spring flood, dune fence, river gauge, goose count, plastic levy, old weir, "
        "hedgerow grant, drought plan, wildflower verge",
    ),
    "Transport": (
        "railway, ferry company, bus depot, port authority, roads office, cycling league",
        "night train, third berth, tram extension, bridge toll, lorry ban, ferry timetable, "
        "level crossing, canal lock, footbridge repair, bus lane, signal box, shared boat, "
        "branch line, island airstrip, ticket reform, tunnel inspection",
    ),
    "Health": (
        "hospital, health board, clinic, nurses’ college, medical school, ambulance service",
        "clinic boat, midwives’ rota, waiting list, hearing test, hay fever map, blood bank, "
        "night pharmacy, dental van, vaccine store, rehabilitation garden, sleep study, "
        "water fluoride rule, measles register, stroke unit, doctors’ hours, pain clinic",
    ),
    "Education": (
        "school board, teachers’ union, library, polytechnic, parents’ forum, inspectorate",
        "longer school day, library fines, reading scheme, village school, head teachers’ pay, "
        "school meal, maths examination, music lesson, evening class, island bursary, "
        "phone rule, spelling reform, playing field, school bus, nursery place, mobile library",
    ),
    "Culture": (
        "theatre, museum, choir, film society, folk archive, orchestra",
        "dredger choir, fiddlers’ week, lost manuscript, puppet season, portrait loan, "
        "harbour mural, riveters’ opera, radio play, bronze hoard, carnival route, organ repair, "
        "silent film, poetry prize, weaving school, statue cleaning, Finch & Fox exhibition",
    ),
    "Sport": (
        "athletic club, rowing club, regatta committee, cricket league, swimming club, ski club",
        "regatta record, cup replay, winter league, lenn crest, floodlight plan, coast race, "
        "youth final, new grandstand, relay squad, hill climb, transfer ban, women’s eight, "
        "pitch inspection, marathon route, harbour swim, referees’ strike",
    ),
}
WEIGHTS = (22, 12, 11, 6, 8, 9, 8, 7, 8, 9)  # of a hundred stories, how many stand in each

_STEMS = "Vell Quarn Tarv Ostrel Merrow Pellan Drune Corv Isk Lanth Skerr Wyven Hall Brisk Fenn "
_STEMS += "Garr Ullen Thorl Ravel Neth Onver Kess Ember Marl"
_ENDS = "ford haven wick mouth by ton stead holm dale bridge gate ness"
PLACES = tuple(stem + end for end, stem in product(_ENDS.split(), _STEMS.split()))

FIRST = (
    "Ada Bram Cleo Davit Edda Farid Greta Hamo Imre Jola Kester Lenka Milo Nura Osric Petra Quill "
    "Rosa Soren Tamsin Ulla Viktor Wanda Xenia Yusuf Zelda Anselm Bettina Corin Delia Emeka Freya "
    "Goran Hester Ilya Juno Kamal Lotte Mirin Noor"
).split()
LAST = (
    "Aldane Brackley Corrow Dunmarsh Elverly Farrowen Gantry Hollin Isterby Jarrold Kelmarsh "
    "Lorimer Mossop Nethercott Ormsley Pellow Quayle Rushden Sallow Thackray Umberly Vantry "
    "Wexcombe Yarrowby Zellick Ashgrove Bellwether Copperas Drinkwell Eddowes Fenwright Gullick "
    "Harbottle Inkpen Jessamy Kittow Larkham Millward Nunney Osgathorp Pinnock Quarrell Redfern "
    "Silverlock Tolliver Unwyn Venables Whitlock Yelland Zouch"
).split()
AUTHORS = tuple(f"{FIRST[(7 * n) % 40]} {LAST[n]}" for n in range(50))

_TOPICS = (
    "council, elections, economy, ferries, floods, housing, schools, wages, weather, courts, "
    "fishing, railways, hospitals, energy, farming, trade, taxes, water, football, rowing, "
    "libraries, theatre, music, history, food, roads, wildlife, budget, unions, police, "
    "astronomy, pensions, rents, harbours, bridges, nursing, universities, cinema, birds, "
    "forests, cycling, archaeology, tourism, crime, fire service, science, migration, markets, "
    "books, gardening, peat, kelp, eels, orchards, shipbuilding, textiles, quarries, tides, "
    "lighthouses, islands, language, medicine, museums, planning, recycling, storms, swimming, "
    "teachers, trams, volunteers"
).split(", ")
_THINGS = "council, harbour, ferry, school, hospital, railway, festival, bridge, market, library"
TAGS = tuple(
    islice(
        [
            *_TOPICS,
            *PLACES,
            *(f"{place} {thing}" for thing, place in product(_THINGS.split(", "), PLACES)),
        ],
        1500,
    )
)


ACTS = (
    "backs, rejects, puts off, pays for, reopens talks on, asks for help with, calls a vote on, "
    "finds fault with, makes room for, sets a date for, stands by, goes to court over, takes over, "
    "counts the cost of, wants a say in, splits over, rewrites the rules for, defends, loses "
    "patience with, thinks again about, publishes figures on, drops its objection to"
).split(", ")
RIDERS = (
    "", "", "", " after a long winter", " despite a petition", " at the third attempt",
    " with a month to spare", " amid a row over money", " in a close vote", " by a single vote",
    " behind closed doors", " – and asks for patience", " as costs rise", " without a debate",
    " while %(other)s waits", " before %(other)s can", " to the surprise of %(other)s",
    " on the advice of engineers", " until the spring", " in spite of warnings",
    " after %(other)s does the same", " for the first time in a decade",
)  # fmt: skip
HEADLINES = (
    ("%(place)s %(actor)s %(act)s %(matter)s%(rider)s",) * 7
    + ("%(place)s %(actor)s %(act)s %(other)s %(matter)s",) * 2
    + (
        "‘%(said)s’: %(place)s %(actor)s %(act)s %(matter)s",
        "%(name)s of %(place)s and the %(matter)s that %(other)s wanted",
        "Why the %(actor)s in %(place)s %(act)s the %(other)s %(matter)s",
    )
)
SAID = (
    "We have waited long enough; Nobody asked us; It can be done; Not at any price; "
    "One winter more; Count us in; A matter of trust; Start again; This is only the beginning; "
    "We were wrong; Better late than never; Ask the people who live here"
).split("; ")
LATER = (
    "%(place)s %(actor)s changes course on %(matter)s",
    "New turn for %(place)s %(matter)s as %(actor)s speaks",
    "%(name)s answers critics of %(place)s %(matter)s",
    "%(place)s %(matter)s: what is known now",
)
STANDFIRSTS = (
    "The decision in %(place)s ends %(few)s months of argument, though not in %(other)s.",
    "%(name)s says that the %(matter)s cannot wait; others in %(place)s are less sure.",
    "What the %(actor)s decided, what it costs, and what happens next.",
    "A vote of %(ayes)s to %(noes)s leaves the %(actor)s with a promise to keep.",
    "",
    "For the people of %(place)s the question is who pays. The %(actor)s has %(few)s weeks to say.",
)
LEDES = (
    "The %(actor)s in %(place)s made up its mind about the %(matter)s on %(day)s, after a "
    "meeting that began in the afternoon and ended by lamplight.",
    "It took %(few)s months, two drafts and one broken microphone, but on %(day)s the %(place)s "
    "%(actor)s settled the question of the %(matter)s.",
    "When %(name)s first raised the %(matter)s in %(place)s, hardly anybody came to listen; on "
    "%(day)s there were not enough chairs.",
    "The future of the %(matter)s was the only business before the %(place)s %(actor)s on "
    "%(day)s, and it was enough.",
    "People in %(place)s learned on %(day)s what the %(actor)s means to do about the "
    "%(matter)s, and most of them had an opinion before noon.",
    "A plan that %(place)s has argued over for %(few)s years moved a step closer on %(day)s, "
    "when the %(actor)s turned to the %(matter)s.",
)
SENTENCES = (
    "%(name)s, who speaks for the %(actor)s, said that the choice had been a narrow one.",
    "The papers put before the meeting run to %(pages)s pages and were handed out that morning.",
    "“We have looked at this from every side,” %(last)s said, “and every side has a price.”",
    "The cost is given as %(money)s crowns, a third more than the estimate of two years ago.",
    "Of the %(crowd)s people who wrote in, fewer than half were in favour.",
    "In %(other)s, a little way along the coast, the same question was settled long ago.",
    "%(second)s, who has lived on %(street)s for %(few)s years, was not convinced.",
    "“I will believe it when I see it,” said a man by the door, buttoning his coat.",
    "The work is to begin in %(month)s, weather permitting, and to last for %(few)s months.",
    "An earlier attempt failed when the money ran out and the contractor moved to %(other)s.",
    "Nobody at the meeting could say how many jobs depend on it, though several tried.",
    "The figures come from a survey of %(crowd)s households made in %(month)s.",
    "Engineers have warned that the present arrangement will not survive another hard winter.",
    "What happens to the old equipment is still open; a museum in %(other)s has asked for it.",
    "The %(actor)s had promised an answer by the end of %(month)s and kept its word by a day.",
    "Critics say that the sums leave out repairs, insurance and the price of fuel.",
    "Supporters reply that doing nothing would cost more, only later and to somebody else.",
    "The motion passed by %(ayes)s votes to %(noes)s, with two members absent.",
    "A second report, by surveyors from %(other)s, came to the same conclusion in fewer words.",
    "For years the matter was passed from one office to the next and came back each spring.",
    "%(last)s took up the post in %(month)s and had asked for more time.",
    "The %(matter)s has been on the agenda of every meeting but one since then.",
    "On %(street)s, where the windows look straight at it, there was applause and some shouting.",
    "“People here are patient,” %(second)s said, “but patience is not the same as consent.”",
    "A copy of the agreement can be read at the counter during office hours.",
    "The ministry has been told and has not yet answered.",
    "The neighbours in %(other)s will not object, by all the signs, but they will watch.",
    "Until then the rules stay as they are, and so do the signs that explain them.",
    "Shopkeepers nearby expect a quiet season and a loud one after it.",
    "The last time %(place)s tried something of the kind, it rained for the whole of %(month)s.",
    "Two amendments, one about lighting and one about noise, were withdrawn before the vote.",
    "The first payment of %(money)s crowns falls due before the end of the year.",
    "Asked whether the date could be moved again, %(last)s shook her head.",
    "Change of plan number %(few)s, somebody called it, counting from the drawing on a menu.",
    "Apprentices from the technical school will do part of the work under supervision.",
    "The union wants the new posts to be permanent and has said so in a letter.",
    "Those who use it every day were asked last, a point that several speakers returned to.",
    "A petition with %(crowd)s names was handed over in a fish crate, tied with blue string.",
    "The chair thanked everyone for coming and asked them to leave quietly.",
    "Records in the town archive show that a similar plan was turned down a century ago.",
    "An independent review will report every six months, and its reports will be public.",
    "The smaller villages fear that they will pay for something they seldom see.",
    "“That is a fair question,” said %(name)s, and did not answer it.",
    "By the time the doors opened, the queue reached from the steps to %(street)s.",
    "The %(actor)s denies that it was pressed, and has published the letters to prove it.",
    "If the bids come in too high, the whole matter returns to the table in %(month)s.",
    "Children from the school in %(other)s had drawn the plan as they would like it, with a slide.",
    "The insurance alone comes to %(money)s crowns, which nobody had expected.",
    "A map on the wall showed the old boundaries in red and the new ones in pencil.",
    "Much depends on the weather, and more on the price of steel.",
    "The lawyers were content, which %(last)s called a first.",
    "It will be tried for one season, measured, and then kept or given up.",
    "Volunteers have kept it going until now with %(few)s ladders and a borrowed van.",
    "The %(matter)s was never meant to divide the town, said %(second)s, but it has.",
    "Two of the %(few)s conditions have been met; the third depends on %(other)s.",
    "None of this was in the programme on which the present members were elected.",
    "The harbour bell rang twice during the debate, and twice the speaker waited for it.",
    "Deliveries will go by way of %(other)s for as long as the work lasts.",
    "A spokesman said that the delay was regretted and that the drawings were ready.",
    "There was tea afterwards, and for the first time in months people stayed to drink it.",
)
QUOTATIONS = (
    "We did not come here to be thanked. We came because the %(matter)s is ours as much as theirs.",
    "If you want to know what %(place)s thinks, stand on %(street)s in the rain and ask.",
    "Everyone is in favour of it until they see where it goes.",
    "My grandmother signed the first petition. I signed the last one.",
)
SUBHEADS = (
    "What it costs", "What happens next", "A long argument", "The view from %(other)s",
    "Who pays", "How it began",
)  # fmt: skip
CLOSES = (
    "The next meeting is on the first %(day)s in %(month)s, and everybody may come.",
    "In %(other)s, they are already making plans of their own.",
    "Nobody expects that to be the last word.",
    "The answer is due in %(month)s.",
    "Until then, said %(second)s, there is always the weather to talk about.",
)
NEWS = (
    "Since this report was first published, the %(actor)s has confirmed the figure of %(money)s "
    "crowns and named a date in %(month)s.",
    "The %(actor)s said later that the papers would be made public before the end of the week.",
    "Late on %(day)s, %(second)s withdrew her objection and asked for the minutes to show it.",
    "A first reply has come from %(other)s: it will send two observers and no money.",
    "%(name)s has since met the petitioners, and both sides called the talk useful.",
)
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday".split()
MONTHS = (
    "January February March April May June July August September October November December"
).split()
FEW = "four five six seven eight nine eleven twelve".split()
STREETS = (
    "Cooper’s Row, Ropewalk Lane, Tallow Street, the Lower Quay, Chandler’s Steps, Mill Bank, "
    "Saltpan Road, Bellfounders’ Yard, the Old Parade, Weir Street, Candle Court, Ferry Hill"
).split(", ")
