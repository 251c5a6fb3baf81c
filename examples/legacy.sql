-- A legacy film database in small: what `make run` rebuilds. Plots are told in our own words; names, ids and
-- genres of known films are facts, ratings are rough. Films from tt9900001 on, and the people only they have, are
-- invented. Every kind of dirt that the rebuild knows stands here at least once, each with a comment that names it.
-- Made into a SQLite file by: python examples/build.py var/legacy.sqlite

BEGIN;

-- The schema is the legacy one, letter by letter: text nearly everywhere, no foreign keys, no key on movie_actors.
CREATE TABLE actors(
id integer primary key autoincrement,
name text
);
CREATE TABLE rating_agency(
id text(27),
name text
);
CREATE TABLE movies (
id text primary key,
genre text,
director text,
writer text,
title text,
plot text,
ratings text,
imdb_rating text, writers text);
CREATE TABLE writers(
id text(27) primary key,
name text
);
CREATE TABLE movie_actors(
movie_id text,
actor_id text
);

-- rating_agency is empty and movies.ratings is NULL everywhere, as in the legacy file.

-- Films. `writer` holds one id, `writers` a JSON list of ids; usually one of the two is empty.


-- Known films, told in Russian. 'звёздные войны', 'звездные войны' and 'звездная война' find the first eight.

INSERT INTO movies (id, title, genre, director, writer, writers, imdb_rating, plot) VALUES (
  'tt0076759', 'Звёздные войны. Эпизод IV: Новая надежда', 'Action, Adventure, Fantasy, Sci-Fi', 'Джордж Лукас',
  '0b60f2f3646d01652c0ddc5cd764edcda393a170', '', '8.6',
  'Юноша с далёкой пустынной планеты, старый рыцарь и контрабандист спасают принцессу и узнают слабое место станции, способной уничтожать целые миры.');
INSERT INTO movies (id, title, genre, director, writer, writers, imdb_rating, plot) VALUES (
  'tt0080684', 'Звёздные войны. Эпизод V: Империя наносит ответный удар', 'Action, Adventure, Fantasy, Sci-Fi', 'Ирвин Кершнер',
  '', '[{"id": "0b60f2f34b8bce3a5eb5de72820400cc2f1e4757"}, {"id": "0b60f2f339b1217583ef8c746d6535bc6ba29129"}, {"id": "0b60f2f3646d01652c0ddc5cd764edcda393a170"}]', '8.7',
  'Повстанцы прячутся среди льдов, а их враг уже близко. Ученик уходит на болота к учителю, который учит терпению, и слышит правду, к которой не готов.');
-- The same writer twice in one list.
INSERT INTO movies (id, title, genre, director, writer, writers, imdb_rating, plot) VALUES (
  'tt0086190', 'Звёздные войны. Эпизод VI: Возвращение джедая', 'Action, Adventure, Fantasy, Sci-Fi', 'Ричард Маркуанд',
  '', '[{"id": "0b60f2f339b1217583ef8c746d6535bc6ba29129"}, {"id": "0b60f2f3646d01652c0ddc5cd764edcda393a170"}, {"id": "0b60f2f3646d01652c0ddc5cd764edcda393a170"}]', '8.3',
  'Друзья вызволяют контрабандиста и с помощью маленьких лесных жителей готовят удар по недостроенной станции. Сын надеется вернуть отца.');
INSERT INTO movies (id, title, genre, director, writer, writers, imdb_rating, plot) VALUES (
  'tt0120915', 'Звёздные войны. Эпизод I: Скрытая угроза', 'Action, Adventure, Fantasy, Sci-Fi', 'Джордж Лукас',
  '0b60f2f3646d01652c0ddc5cd764edcda393a170', '', '6.5',
  'Торговый спор оборачивается осадой мирной планеты. Двое джедаев везут королеву в столицу и по пути встречают мальчика, который побеждает в гонках.');
INSERT INTO movies (id, title, genre, director, writer, writers, imdb_rating, plot) VALUES (
  'tt0121765', 'Звёздные войны. Эпизод II: Атака клонов', 'Action, Adventure, Fantasy, Sci-Fi', 'Джордж Лукас',
  '', '[{"id": "0b60f2f3646d01652c0ddc5cd764edcda393a170"}, {"id": "0b60f2f3043e2b20e63a6745cc1d35a0c2aad3e4"}]', '6.6',
  'На сенатора покушаются. Один джедай ищет, кто и зачем заказал армию, другой охраняет её и нарушает запрет любить.');
INSERT INTO movies (id, title, genre, director, writer, writers, imdb_rating, plot) VALUES (
  'tt0121766', 'Звёздные войны. Эпизод III: Месть ситхов', 'Action, Adventure, Fantasy, Sci-Fi', 'Джордж Лукас',
  '0b60f2f3646d01652c0ddc5cd764edcda393a170', '', '7.6',
  'Война подходит к концу, и страх потерять жену приводит рыцаря к тому, от кого следовало бежать.');
-- `writer` and `writers` are both filled, and the one writer stands in the list too. (The title is written with е,
-- not with ё.)
INSERT INTO movies (id, title, genre, director, writer, writers, imdb_rating, plot) VALUES (
  'tt2488496', 'Звездные войны. Эпизод VII: Пробуждение силы', 'Action, Adventure, Sci-Fi', 'Дж. Дж. Абрамс',
  '0b60f2f339b1217583ef8c746d6535bc6ba29129', '[{"id": "0b60f2f339b1217583ef8c746d6535bc6ba29129"}, {"id": "0b60f2f3710c779b0e6904e688757bcff7d89895"}, {"id": "0b60f2f3b8e9368d584e84a46d0c3da67c63858d"}]', '7.7',
  'Сборщица металлолома и беглый солдат находят робота с обрывком карты: она ведёт к последнему из рыцарей.');
-- `writer` and `writers` are both filled with different people.
INSERT INTO movies (id, title, genre, director, writer, writers, imdb_rating, plot) VALUES (
  'tt3748528', 'Изгой-один. Звёздные войны: Истории', 'Action, Adventure, Sci-Fi', 'Гарет Эдвардс',
  '0b60f2f3646d01652c0ddc5cd764edcda393a170', '[{"id": "0b60f2f3e86d05f9929df5bb77b47fc34bfd26c1"}, {"id": "0b60f2f335dc4da53de4ebe364e5ce2a17c38492"}]', '7.8',
  'Дочь инженера и горстка добровольцев крадут чертежи, зная, что обратной дороги может не быть.');
INSERT INTO movies (id, title, genre, director, writer, writers, imdb_rating, plot) VALUES (
  'tt0070233', 'Иван Васильевич меняет профессию', 'Adventure, Comedy, Sci-Fi', 'Леонид Гайдай',
  '', '[{"id": "0b60f2f379410701a164338f88c9175f693b1e27"}, {"id": "0b60f2f3b2e782d7d3297c1de7a00e8d61618e72"}, {"id": "0b60f2f3bd4d47df2b206e7f0e697b3d0e7e2e97"}]', '8.1',
  'Изобретатель включает машину времени, и управдом с вором попадают в царские палаты, а сам царь остаётся в московской квартире.');
INSERT INTO movies (id, title, genre, director, writer, writers, imdb_rating, plot) VALUES (
  'tt0062759', 'Бриллиантовая рука', 'Adventure, Comedy, Crime', 'Леонид Гайдай',
  '', '[{"id": "0b60f2f30897fe0f67f2229868b123cd2d5d5d60"}, {"id": "0b60f2f30f39d8fe5960042a37381090de9410ff"}, {"id": "0b60f2f3b2e782d7d3297c1de7a00e8d61618e72"}]', '8.2',
  'Скромный служащий возвращается из круиза с гипсом, полным чужих драгоценностей, и не знает, кому теперь верить.');
-- A genre list without blanks after the commas.
INSERT INTO movies (id, title, genre, director, writer, writers, imdb_rating, plot) VALUES (
  'tt0060584', 'Кавказская пленница, или Новые приключения Шурика', 'Adventure,Comedy,Romance', 'Леонид Гайдай',
  '', '[{"id": "0b60f2f30897fe0f67f2229868b123cd2d5d5d60"}, {"id": "0b60f2f30f39d8fe5960042a37381090de9410ff"}, {"id": "0b60f2f3b2e782d7d3297c1de7a00e8d61618e72"}]', '8.2',
  'Студент едет в горы за тостами и сказками, а становится участником похищения невесты. Бамбарбия в программе.');
-- Blanks before the commas and two after one of them.
INSERT INTO movies (id, title, genre, director, writer, writers, imdb_rating, plot) VALUES (
  'tt0059550', 'Операция «Ы» и другие приключения Шурика', 'Comedy , Crime,  Romance', 'Леонид Гайдай',
  '', '[{"id": "0b60f2f30897fe0f67f2229868b123cd2d5d5d60"}, {"id": "0b60f2f30f39d8fe5960042a37381090de9410ff"}, {"id": "0b60f2f3b2e782d7d3297c1de7a00e8d61618e72"}]', '8.2',
  'Три истории про студента в очках: на стройке с хулиганом, на экзамене с чужим конспектом и ночью на складе.');
INSERT INTO movies (id, title, genre, director, writer, writers, imdb_rating, plot) VALUES (
  'tt0079579', 'Москва слезам не верит', 'Comedy, Drama, Romance', 'Владимир Меньшов',
  '0b60f2f38765949968dc096c029fa3578986d0e2', '', '8.1',
  'Три подруги приезжают в столицу за счастьем. Двадцать лет спустя у одной завод и дочь, а счастье ждёт её в электричке.');
-- One name in three roles: Эльдар Рязанов directs, writes and plays (as do Никита Михалков and Orson Welles).
INSERT INTO movies (id, title, genre, director, writer, writers, imdb_rating, plot) VALUES (
  'tt0073179', 'Ирония судьбы, или С лёгким паром!', 'Comedy, Romance', 'Эльдар Рязанов',
  '', '[{"id": "0b60f2f3701fde1938987a53714c950577d0d20f"}, {"id": "0b60f2f30447aaaa940d745639cbb11f4a5340a5"}]', '8.0',
  'После бани врач по ошибке улетает в другой город и открывает своим ключом точно такую же квартиру на такой же улице.');
INSERT INTO movies (id, title, genre, director, writer, writers, imdb_rating, plot) VALUES (
  'tt0079944', 'Сталкер', 'Drama, Sci-Fi', 'Андрей Тарковский',
  '', '[{"id": "0b60f2f31935cd6e3c4a98d29809fc5ca825690b"}, {"id": "0b60f2f3abc91cb1bf9dadd13072c3e069583c76"}]', '8.1',
  'Проводник ведёт писателя и учёного через запретную Зону к комнате, где исполняется самое тайное желание.');
INSERT INTO movies (id, title, genre, director, writer, writers, imdb_rating, plot) VALUES (
  'tt0069293', 'Солярис', 'Drama, Mystery, Sci-Fi', 'Андрей Тарковский',
  '', '[{"id": "0b60f2f3db1d98c32cd54f16bfbd4490ddda3856"}, {"id": "0b60f2f36d56c2b580eec6108e8bfc86620b2e3d"}, {"id": "0b60f2f3f5f5e3fe37eacb8c2559603799ee8d2c"}]', '7.9',
  'Психолог прибывает на станцию над мыслящим океаном, и океан возвращает ему женщину, которую он потерял.');
-- A director's name with a decomposed й (NFD): the same person as 'Андрей Тарковский'.
INSERT INTO movies (id, title, genre, director, writer, writers, imdb_rating, plot) VALUES (
  'tt0072443', 'Зеркало', 'Biography, Drama', 'Андре' || char(0x0438, 0x0306) || ' Тарковски' || char(0x0438, 0x0306),
  '', '[{"id": "0b60f2f3aade6adb05ad825248a54200aa1862f8"}, {"id": "0b60f2f36d56c2b580eec6108e8bfc86620b2e3d"}]', '7.9',
  'Умирающий поэт вспоминает мать, дом у леса и войну. Память не спрашивает, что было раньше, а что потом.');
INSERT INTO movies (id, title, genre, director, writer, writers, imdb_rating, plot) VALUES (
  'tt0060107', 'Андрей Рублёв', 'Biography,  Drama, History', 'Андрей Тарковский',
  '', '[{"id": "0b60f2f3605e729a9ed4cf70216a5e7f74bf4e50"}, {"id": "0b60f2f36d56c2b580eec6108e8bfc86620b2e3d"}]', '8.0',
  'Иконописец идёт через разорённую страну и замолкает на годы, пока мальчик не отливает колокол, не зная секрета.');
INSERT INTO movies (id, title, genre, director, writer, writers, imdb_rating, plot) VALUES (
  'tt0066565', 'Белое солнце пустыни', 'Action, Adventure, Comedy', 'Владимир Мотыль',
  '', '[{"id": "0b60f2f31e716ff5acef5a8d3a92ec996138cf14"}, {"id": "0b60f2f35acea6df5327e99dd17a782debb89e9c"}]', '7.8',
  'Солдат идёт домой через пески, а ему поручают охранять чужой гарем. За державу обидно, а письма к жене пишутся сами.');
INSERT INTO movies (id, title, genre, director, writer, writers, imdb_rating, plot) VALUES (
  'tt0050634', 'Летят журавли', 'Drama, Romance, War', 'Михаил Калатозов',
  '0b60f2f3ca8b1d36049dc6a26d053bfb81f6783b', '', '8.3',
  'Война разлучает двоих в первый же день. Она ждёт писем, ошибается и учится жить с тем, что он не вернётся.');
INSERT INTO movies (id, title, genre, director, writer, writers, imdb_rating, plot) VALUES (
  'tt0015648', 'Броненосец «Потёмкин»', 'Drama, History', 'Сергей Эйзенштейн',
  '0b60f2f324abaf9c7807ac7d65a5108648318227', '', '7.9',
  'Матросы отказываются есть гнилое мясо. Бунт на корабле откликается на берегу, и по лестнице катится детская коляска.');
-- The same genre twice in one list.
INSERT INTO movies (id, title, genre, director, writer, writers, imdb_rating, plot) VALUES (
  'tt0076727', 'Служебный роман', 'Comedy, Romance, Comedy', 'Эльдар Рязанов',
  '', '[{"id": "0b60f2f3701fde1938987a53714c950577d0d20f"}, {"id": "0b60f2f30447aaaa940d745639cbb11f4a5340a5"}]', '8.1',
  'Робкий статистик по совету приятеля ухаживает за строгой начальницей, и оба не замечают, когда это перестаёт быть игрой.');
-- Empty entries in a genre list: two commas in a row, and one at the end.
INSERT INTO movies (id, title, genre, director, writer, writers, imdb_rating, plot) VALUES (
  'tt0068519', 'Джентльмены удачи', 'Comedy,, Crime,', 'Александр Серый',
  '', '[{"id": "0b60f2f325dd690a1e15f8a136f7c13bda9bb446"}, {"id": "0b60f2f3dde217f8dc127c3d159daa7ee580d6b1"}]', '8.2',
  'Заведующий детским садом похож на вора как две капли воды, и милиция просит его разыскать золотой шлем среди уголовников.');
INSERT INTO movies (id, title, genre, director, writer, writers, imdb_rating, plot) VALUES (
  'tt0118767', 'Брат', 'Crime, Drama', 'Алексей Балабанов',
  '0b60f2f3bb281e1bbb2400f97eb8e3b1da64fb87', '', '7.8',
  'Вернувшись из армии, парень приезжает к старшему брату в большой город и узнаёт, чем тот зарабатывает.');
-- A rating with a decimal comma.
INSERT INTO movies (id, title, genre, director, writer, writers, imdb_rating, plot) VALUES (
  'tt0403358', 'Ночной дозор', 'Action, Fantasy, Thriller', 'Тимур Бекмамбетов',
  '', '[{"id": "0b60f2f3f18ae75d3e52145b20c6ae69234791b0"}, {"id": "0b60f2f3b54f9a368305c391903cd8f4d6ab944f"}]', '6,4',
  'По ночам Иные следят, чтобы свет и тьма соблюдали древний договор. Один из дозорных узнаёт цену своей давней ошибки.');
-- A rating with more decimals than a rating has.
INSERT INTO movies (id, title, genre, director, writer, writers, imdb_rating, plot) VALUES (
  'tt0091251', 'Иди и смотри', 'Drama, Thriller, War', 'Элем Климов',
  '', '[{"id": "0b60f2f3099556ed947c625256d50f3b04e3aaec"}, {"id": "0b60f2f36cfbbdd09bbc9500ebbc9d421804a264"}]', '8.35',
  'Подросток уходит к партизанам и за несколько дней видит столько, что лицо его становится лицом старика.');
-- A rating with blanks around it.
INSERT INTO movies (id, title, genre, director, writer, writers, imdb_rating, plot) VALUES (
  'tt0091341', 'Кин-дза-дза!', 'Comedy, Drama, Sci-Fi', 'Георгий Данелия',
  '', '[{"id": "0b60f2f34857924a60f679fe19d169fc857535ae"}, {"id": "0b60f2f325dd690a1e15f8a136f7c13bda9bb446"}]', ' 7.9 ',
  'Прораб и студент нажимают не ту кнопку и попадают на пустынную планету, где спички дороже совести.');
INSERT INTO movies (id, title, genre, director, writer, writers, imdb_rating, plot) VALUES (
  'tt0073099', 'Ёжик в тумане', 'Animation, Family, Short', 'Юрий Норштейн',
  '0b60f2f37e305bb42e950a02ba1cb32ac22106a7', '', '8.3',
  'Ёжик несёт медвежонку малиновое варенье и сворачивает в туман, чтобы узнать, как там внутри.');
-- A plot with blanks before it and a line end behind it.
INSERT INTO movies (id, title, genre, director, writer, writers, imdb_rating, plot) VALUES (
  'tt0096126', 'Собачье сердце', 'Comedy, Drama, Sci-Fi', 'Владимир Бортко',
  '', '[{"id": "0b60f2f3660f21a8db746d2bbb500b8587869ff4"}, {"id": "0b60f2f3bd4d47df2b206e7f0e697b3d0e7e2e97"}]', '8.4',
  '  Профессор пересаживает бродячему псу человеческие железы и получает соседа, которого не выселить.
');
INSERT INTO movies (id, title, genre, director, writer, writers, imdb_rating, plot) VALUES (
  'tt0111579', 'Утомлённые солнцем', 'Drama, History', 'Никита Михалков',
  '', '[{"id": "0b60f2f35acea6df5327e99dd17a782debb89e9c"}, {"id": "0b60f2f377f5dfdd3071af0b3198920975888213"}]', '7.7',
  'Летний день на даче командарма: река, танго, дети. Старый знакомый приезжает погостить, и к вечеру за ним приходит машина.');

-- Known films, told in English. 'camps' finds the camps; 'matrx' finds The Matrix: one slip is forgiven.

-- A list of directors without blanks after the comma.
INSERT INTO movies (id, title, genre, director, writer, writers, imdb_rating, plot) VALUES (
  'tt0193524', 'The Star Wars Holiday Special', 'Adventure, Comedy, Family', 'Steve Binder,David Acomba',
  '', '[{"id": "0b60f2f380e0d69f11702b78d1fd37d6be09b6f4"}, {"id": "0b60f2f35685b70adb9abae95fdea0daea192d18"}, {"id": "0b60f2f3a304a3a743842c61bc0793f52f5ff120"}]', '2.1',
  'A pilot tries to bring his furry friend home in time for a family feast, with songs, cooking lessons and a cartoon on the way.');
-- Neither `writer` nor `writers` is filled. (An id of eight digits: sorted as text, it comes before tt2802154.)
INSERT INTO movies (id, title, genre, director, writer, writers, imdb_rating, plot) VALUES (
  'tt10277930', 'Rifftrax: The Star Wars Holiday Special', 'Comedy', 'Steve Binder',
  '', '', '9.2',
  'Three comedians watch the oddest television show of a galaxy far away and say aloud what everyone thinks.');
INSERT INTO movies (id, title, genre, director, writer, writers, imdb_rating, plot) VALUES (
  'tt0069704', 'American Graffiti', 'Comedy, Drama', 'George Lucas',
  '', '[{"id": "0b60f2f37db4978800b9a707c5700d850513b767"}, {"id": "0b60f2f3a0cfce9b5d20624f1ad8fd99f99089b5"}, {"id": "0b60f2f337513bf4b8cd8cc1c7b7ff77e04af626"}]', '7.4',
  'On the last night of summer a few friends cruise up and down the main street and decide who will leave town in the morning.');
INSERT INTO movies (id, title, genre, director, writer, writers, imdb_rating, plot) VALUES (
  'tt0066434', 'THX 1138', 'Drama, Sci-Fi, Thriller', 'George Lucas',
  '', '[{"id": "0b60f2f37db4978800b9a707c5700d850513b767"}, {"id": "0b60f2f35543ddb29a44be18bdb02f744ba294de"}]', '6.6',
  'In a white city under the ground, where feelings are forbidden and cured with pills, one worker stops taking his.');
INSERT INTO movies (id, title, genre, director, writer, writers, imdb_rating, plot) VALUES (
  'tt0082971', 'Raiders of the Lost Ark', 'Action, Adventure', 'Steven Spielberg',
  '', '[{"id": "0b60f2f31f6d0d9865db57fab5628742e0182f83"}, {"id": "0b60f2f37db4978800b9a707c5700d850513b767"}, {"id": "0b60f2f39b8784c96e45d1317c72438f5db000b8"}]', '8.4',
  'A professor with a whip races soldiers across deserts to a chest that had better stay shut.');
-- The same link from film to actor three times, see movie_actors.
INSERT INTO movies (id, title, genre, director, writer, writers, imdb_rating, plot) VALUES (
  'tt0097576', 'Indiana Jones and the Last Crusade', 'Action, Adventure', 'Steven Spielberg',
  '', '[{"id": "0b60f2f317ec264ecc48b35f7276aff4e04ece9c"}, {"id": "0b60f2f37db4978800b9a707c5700d850513b767"}, {"id": "0b60f2f38daf4bded62a7ffbe1445689589e14de"}]', '8.2',
  'The professor looks for a cup and for his father, and it is not clear which of the two is harder to live with.');
INSERT INTO movies (id, title, genre, director, writer, writers, imdb_rating, plot) VALUES (
  'tt0033467', 'Citizen Kane', 'Drama, Mystery', 'Orson Welles',
  '', '[{"id": "0b60f2f32f55ce8a469aa1a7eced57f02b509a97"}, {"id": "0b60f2f3efa9242c9827497ba963310087e65313"}]', '8.3',
  'A rich man dies with one word on his lips, and a reporter asks everyone who knew him what it meant.');
INSERT INTO movies (id, title, genre, director, writer, writers, imdb_rating, plot) VALUES (
  'tt0796366', 'Star Trek', 'Action, Adventure, Sci-Fi', 'J.J. Abrams',
  '', '[{"id": "0b60f2f36b749b577529b07b9e5132d5f55a46d3"}, {"id": "0b60f2f393effa5f18aeaa1f9aa6d06f4c9c450e"}, {"id": "0b60f2f393b8521db2a971b81ff83ae72e7cf831"}]', '7.9',
  'A reckless cadet and a cool half-Vulcan have to share one bridge before a visitor from the future ends their worlds.');
-- Three films of one title, but with nobody in common: no suspects.
INSERT INTO movies (id, title, genre, director, writer, writers, imdb_rating, plot) VALUES (
  'tt1517451', 'A Star Is Born', 'Drama, Music, Romance', 'Bradley Cooper',
  '', '[{"id": "0b60f2f3ea5a1995640030c455304d140e316c89"}, {"id": "0b60f2f37e0b0b5e14c1449a8949ee38423911f8"}, {"id": "0b60f2f35b4ce2e4db22f7e2cc96144cb8c9d35c"}]', '7.6',
  'A country singer on his way down hears a waitress sing in a bar and takes her on stage.');
INSERT INTO movies (id, title, genre, director, writer, writers, imdb_rating, plot) VALUES (
  'tt0047522', 'A Star Is Born', 'Drama, Musical, Romance', 'George Cukor',
  '0b60f2f37db38b15dc7ff4aeaf30bf043ffc299d', '', '7.5',
  'A drunken actor stumbles into a young singer''s act, makes her famous and cannot bear what follows.');
INSERT INTO movies (id, title, genre, director, writer, writers, imdb_rating, plot) VALUES (
  'tt0029606', 'A Star Is Born', 'Drama, Romance', 'William A. Wellman, Jack Conway',
  '', '[{"id": "0b60f2f3d7395b50933a28473b9bdd2d1dcc9632"}, {"id": "0b60f2f3a1158c5a2f34971ec2cd7f31abda21c0"}, {"id": "0b60f2f38188765a8182010b8fb48d9f4b3e1806"}]', '7.3',
  'A farm girl goes to Hollywood with her grandmother''s savings; the man who opens the door for her is losing his own way.');
INSERT INTO movies (id, title, genre, director, writer, writers, imdb_rating, plot) VALUES (
  'tt0486655', 'Stardust', 'Adventure, Family, Fantasy', 'Matthew Vaughn',
  '', '[{"id": "0b60f2f3163de109d68f419a4ec4661e39baa739"}, {"id": "0b60f2f30331bb68c80725ed096ecc9ffdd224c6"}, {"id": "0b60f2f37e65ad9a07e8dc827eb7cef8e6097f19"}]', '7.6',
  'To win a girl a young man promises her a fallen star, and finds that it has legs, a temper and enemies.');
INSERT INTO movies (id, title, genre, director, writer, writers, imdb_rating, plot) VALUES (
  'tt0342167', 'Camp', 'Comedy, Drama, Musical', 'Todd Graff',
  '0b60f2f33ddb6ac792ad8352dc5863246f014c58', '', '6.6',
  'At a summer camp for young actors the new boy is the only one who likes football, and every show must go on.');
INSERT INTO movies (id, title, genre, director, writer, writers, imdb_rating, plot) VALUES (
  'tt0243655', 'Wet Hot American Summer', 'Comedy, Romance', 'David Wain',
  '', '[{"id": "0b60f2f3b01c027c1304d0b260b3f8cc0410ac5b"}, {"id": "0b60f2f328d91815262c1265069e4dbeb69a1480"}]', '6.4',
  'It is the last day of camp, everyone still has someone to kiss, and a piece of a space station is falling on the talent show.');
INSERT INTO movies (id, title, genre, director, writer, writers, imdb_rating, plot) VALUES (
  'tt0079540', 'Meatballs', 'Comedy', 'Ivan Reitman',
  '', '[{"id": "0b60f2f3871c6929d3413db7eaa95a3a48066c1e"}, {"id": "0b60f2f352739bba02a71729497a9b8baa75f048"}, {"id": "0b60f2f34d524c563c5da9c452fa0e7d9dcdebae"}, {"id": "0b60f2f39b910141275b65f989de7c738d6b769c"}]', '6.2',
  'Two summer camps compete as they do each year, and the poor one has a head counsellor who does not care who wins.');
INSERT INTO movies (id, title, genre, director, writer, writers, imdb_rating, plot) VALUES (
  'tt0057115', 'The Great Escape', 'Adventure, Drama, History', 'John Sturges',
  '', '[{"id": "0b60f2f340f3b2300f244869d02eff6bd232e01c"}, {"id": "0b60f2f3869fd0f6760e6de58f6be9e8899c4579"}, {"id": "0b60f2f3624ca2cf792b16296541eaa2c7c25b04"}]', '8.2',
  'The best escape artists of many prison camps are put into one camp, so they dig three tunnels instead of one.');
INSERT INTO movies (id, title, genre, director, writer, writers, imdb_rating, plot) VALUES (
  'tt0050212', 'The Bridge on the River Kwai', 'Adventure, Drama, War', 'David Lean',
  '', '[{"id": "0b60f2f32a394945a894e245bfde3e9ea4023804"}, {"id": "0b60f2f386a875ebc26bfc7d8d45fddaa5d1fae7"}, {"id": "0b60f2f3b92bf66e47499c780bc3a2054822e23c"}]', '8.1',
  'A colonel in a jungle camp builds the enemy a bridge to be proud of, while others come to blow it up.');
-- A title with a combining accent (NFD).
INSERT INTO movies (id, title, genre, director, writer, writers, imdb_rating, plot) VALUES (
  'tt0211915', 'Ame' || char(0x0301) || 'lie', 'Comedy, Romance', 'Jean-Pierre Jeunet',
  '', '[{"id": "0b60f2f3fdf2e854d509ce37b384b1a4c4ad35aa"}, {"id": "0b60f2f3b8bec59eff6917a78f4f2cb6bfe7cff8"}]', '8.3',
  'A shy waitress in Paris mends other people''s lives in secret and puts off her own.');
INSERT INTO movies (id, title, genre, director, writer, writers, imdb_rating, plot) VALUES (
  'tt0062622', '2001: A Space Odyssey', 'Adventure, Sci-Fi', 'Stanley Kubrick',
  '', '[{"id": "0b60f2f319ad70b7bf8a371cbe00f1fe94ed2787"}, {"id": "0b60f2f3669707309c5b55bf6d585d59ebb62237"}]', '8.3',
  'A black slab waits on the Moon, and on the way to find out who put it there the ship''s computer begins to worry.');
-- A title with blanks around and two inside.
INSERT INTO movies (id, title, genre, director, writer, writers, imdb_rating, plot) VALUES (
  'tt0083658', ' Blade  Runner ', 'Action, Drama, Sci-Fi', 'Ridley Scott',
  '', '[{"id": "0b60f2f398c25cbdf1c08e249e8852e70710cb60"}, {"id": "0b60f2f33344d00ce3ed4c0b117437dff24cd40e"}, {"id": "0b60f2f3a916e609c43abc333b89a8c537a59abc"}]', '8.1',
  'A tired policeman hunts artificial people in a city of rain, and the question is which of them is more human.');
INSERT INTO movies (id, title, genre, director, writer, writers, imdb_rating, plot) VALUES (
  'tt0133093', 'The Matrix', 'Action, Sci-Fi', 'Lana Wachowski, Lilly Wachowski',
  '', '[{"id": "0b60f2f3d27ec367f737577c383c7fcc93f8e5ab"}, {"id": "0b60f2f31139b7bb9539854538d04dff15746a8b"}]', '8.7',
  'A programmer takes the red pill and sees what the world is made of.');
INSERT INTO movies (id, title, genre, director, writer, writers, imdb_rating, plot) VALUES (
  'tt0088763', 'Back to the Future', 'Adventure, Comedy, Sci-Fi', 'Robert Zemeckis',
  '', '[{"id": "0b60f2f3375e8054bc981e4c0f22a929c1d63699"}, {"id": "0b60f2f3f049b4e588b53923ddcba9164e3d3a31"}]', '8.5',
  'A teenager drives a car thirty years back, meets his parents at his own age and must see to it that they fall in love.');
-- A director with an annotation.
INSERT INTO movies (id, title, genre, director, writer, writers, imdb_rating, plot) VALUES (
  'tt0266543', 'Finding Nemo', 'Animation, Adventure, Comedy', 'Andrew Stanton, Lee Unkrich (co-director)',
  '', '[{"id": "0b60f2f32add0c23b0f78d46faf0b9a3792fbb48"}, {"id": "0b60f2f35b21c886cf4ecd7e0727e5c11ba9da19"}, {"id": "0b60f2f3f7cc7bdf710ef5159460288fa3374c54"}]', '8.2',
  'A timid clownfish crosses the ocean for his son with a companion who forgets where they are going.');
-- Annotations glued to the names.
INSERT INTO movies (id, title, genre, director, writer, writers, imdb_rating, plot) VALUES (
  'tt0198781', 'Monsters, Inc.', 'Animation, Adventure, Comedy', 'Pete Docter, David Silverman(co-director), Lee Unkrich(co-director)',
  '', '[{"id": "0b60f2f32add0c23b0f78d46faf0b9a3792fbb48"}, {"id": "0b60f2f3e180ffa581113970779d8c85e3f8f228"}]', '8.1',
  'Monsters scare children for a living and are more afraid of them than they of monsters; then one little girl follows them to work.');
-- The same director twice in one list.
INSERT INTO movies (id, title, genre, director, writer, writers, imdb_rating, plot) VALUES (
  'tt1049413', 'Up', 'Animation, Adventure, Comedy', 'Pete Docter, Bob Peterson (co-director), Pete Docter',
  '', '[{"id": "0b60f2f35b21c886cf4ecd7e0727e5c11ba9da19"}, {"id": "0b60f2f3adda555340f4c4e653cfad83e3d393ae"}]', '8.3',
  'An old man ties balloons to his house to keep a promise, and finds a boy scout on the porch when it is too late to land.');

-- Invented films: the dirt that would be untrue of a known one. First the words for nothing, in every column.

-- 'N/A' as genre, plot and rating.
INSERT INTO movies (id, title, genre, director, writer, writers, imdb_rating, plot) VALUES (
  'tt9900001', 'Маяк на краю карты', 'N/A', 'Вера Озёрова',
  '0b60f2f3452d7bfd43ef14914d5b69cf41bd430b', '', 'N/A',
  'N/A');
-- 'None' as genre, plot and rating. Title, director, writer and actor are those of the film before: the same film
-- twice?
INSERT INTO movies (id, title, genre, director, writer, writers, imdb_rating, plot) VALUES (
  'tt9900002', 'Маяк на краю карты', 'None', 'Вера Озёрова',
  '0b60f2f3452d7bfd43ef14914d5b69cf41bd430b', '', 'None',
  'None');
-- An empty text as genre, director, plot and rating; `writer` is 'N/A'.
INSERT INTO movies (id, title, genre, director, writer, writers, imdb_rating, plot) VALUES (
  'tt9900003', 'Тихий перегон', '', '',
  'N/A', '', '',
  '');
-- NULL as genre, director, writer, writers, plot and rating.
INSERT INTO movies (id, title, genre, director, writer, writers, imdb_rating, plot) VALUES (
  'tt9900004', 'Дом у переезда', NULL, NULL,
  NULL, NULL, NULL,
  NULL);
-- 'N/A' as director, '0' as rating, 'None' as writer.
INSERT INTO movies (id, title, genre, director, writer, writers, imdb_rating, plot) VALUES (
  'tt9900005', 'The Night Ferry', 'Drama', 'N/A',
  'None', '', '0',
  'A ferry leaves at midnight with one passenger too many.');
-- 'None' as director, '0.0' as rating, an empty JSON list. Nearly the title of the film before, and the same actor:
-- the same film twice?
INSERT INTO movies (id, title, genre, director, writer, writers, imdb_rating, plot) VALUES (
  'tt9900006', 'The night ferry', 'Drama', 'None',
  '', '[]', '0.0',
  'The last crossing of an old ferry, told by those who missed it.');
-- A rating that is no number; 'N/A' as an entry of a list; the writer is the person called 'N/A'.
INSERT INTO movies (id, title, genre, director, writer, writers, imdb_rating, plot) VALUES (
  'tt9900007', 'Ledger of Small Debts', 'Comedy, N/A, Drama', 'Ida Marsh, N/A',
  '0b60f2f3c363dd0fff20a8d3d4f3740e8027435f', '', 'eight',
  'A village shopkeeper forgives everyone but herself.');
-- A rating out of range; `writer` is an id that no writer has.
INSERT INTO movies (id, title, genre, director, writer, writers, imdb_rating, plot) VALUES (
  'tt9900008', 'A Map of the Tides', 'Adventure', 'Ida Marsh',
  '0b60f2f3ffffffffffffffffffffffffffffffff', '', '11.5',
  'Two sisters sail by a map that is right only at low water.');
-- One of two writers is unknown: the film stays, and so does the other writer. A decimal comma.
INSERT INTO movies (id, title, genre, director, writer, writers, imdb_rating, plot) VALUES (
  'tt9900009', 'Письмо без марки', 'Drama', 'Вера Озёрова',
  '', '[{"id": "0b60f2f3452d7bfd43ef14914d5b69cf41bd430b"}, {"id": "0b60f2f3eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee"}]', '7,4',
  'Почтальон находит письмо, которое сорок лет пролежало за ящиком, и решает его доставить.');
-- Broken JSON: cut off in the middle.
INSERT INTO movies (id, title, genre, director, writer, writers, imdb_rating, plot) VALUES (
  'tt9900010', 'Снегопад в июле', 'Comedy', 'Вера Озёрова',
  '', '[{"id": "0b60f2f3452d7bfd43ef14914d5b69cf41bd430b"}, {"id": "0b60', '6.9',
  'На съёмки зимней сказки привозят соль вместо снега, и город целую неделю живёт в декабре.');
-- JSON of another form: a list of texts instead of objects with an id.
INSERT INTO movies (id, title, genre, director, writer, writers, imdb_rating, plot) VALUES (
  'tt9900011', 'The Clockmaker''s Apprentice', 'Family', 'Ida Marsh',
  '', '["0b60f2f383303a69af0fbdd1924a004a23b6f299"]', '7.0',
  'A boy repairs the town clock and is blamed for every hour that follows.');
-- Empty entries in a list of directors; writers called 'None', '' and NULL.
INSERT INTO movies (id, title, genre, director, writer, writers, imdb_rating, plot) VALUES (
  'tt9900012', 'Salt and Paper', 'Drama', ', Ida Marsh,, Amos Reed (co-director) ,',
  '', '[{"id": "0b60f2f378c3a1be8fbc6348ff6ad1fddefd8ff7"}, {"id": "0b60f2f33c6080810ac1e4e0667cdf4afc93ff1a"}, {"id": "0b60f2f3b53b4fe1f838f4b0c3f99a5fd79df0a0"}, {"id": "0b60f2f383303a69af0fbdd1924a004a23b6f299"}]', '6.1',
  'A printer by the sea writes the letters that sailors cannot.');
-- A director and three writers whose names others bear in another spelling: see writers for which are the same
-- person.
INSERT INTO movies (id, title, genre, director, writer, writers, imdb_rating, plot) VALUES (
  'tt9900013', 'Reel Twelve', 'Comedy', 'GEORGE LUCAS',
  '', '[{"id": "0b60f2f3eb9806a56e1e80b69cc9a606b36cfe4b"}, {"id": "0b60f2f32c2abb947b09d540f743bed1b57665fc"}, {"id": "0b60f2f3b8ce7347029291041b6822c28042e9a2"}]', '5.8',
  'A projectionist finds a reel that shows tomorrow''s audience.');

-- Writers.
INSERT INTO writers (id, name) VALUES
  ('0b60f2f3646d01652c0ddc5cd764edcda393a170', 'Джордж Лукас'),
  ('0b60f2f34b8bce3a5eb5de72820400cc2f1e4757', 'Ли Брэкетт'),
  ('0b60f2f339b1217583ef8c746d6535bc6ba29129', 'Лоуренс Кэздан'),
  ('0b60f2f3043e2b20e63a6745cc1d35a0c2aad3e4', 'Джонатан Хейлз'),
  ('0b60f2f3710c779b0e6904e688757bcff7d89895', 'Дж. Дж. Абрамс'),
  ('0b60f2f3b8e9368d584e84a46d0c3da67c63858d', 'Майкл Арндт'),
  ('0b60f2f3e86d05f9929df5bb77b47fc34bfd26c1', 'Крис Вайц'),
  ('0b60f2f335dc4da53de4ebe364e5ce2a17c38492', 'Тони Гилрой'),
  ('0b60f2f379410701a164338f88c9175f693b1e27', 'Владлен Бахнов'),
  ('0b60f2f3b2e782d7d3297c1de7a00e8d61618e72', 'Леонид Гайдай'),
  ('0b60f2f3bd4d47df2b206e7f0e697b3d0e7e2e97', 'Михаил Булгаков'),
  ('0b60f2f30897fe0f67f2229868b123cd2d5d5d60', 'Морис Слободской'),
  ('0b60f2f30f39d8fe5960042a37381090de9410ff', 'Яков Костюковский'),
  ('0b60f2f38765949968dc096c029fa3578986d0e2', 'Валентин Черных'),
  ('0b60f2f3701fde1938987a53714c950577d0d20f', 'Эмиль Брагинский'),
  ('0b60f2f30447aaaa940d745639cbb11f4a5340a5', 'Эльдар Рязанов'),
  ('0b60f2f31935cd6e3c4a98d29809fc5ca825690b', 'Аркадий Стругацкий'),
  ('0b60f2f3abc91cb1bf9dadd13072c3e069583c76', 'Борис Стругацкий'),
  ('0b60f2f3db1d98c32cd54f16bfbd4490ddda3856', 'Фридрих Горенштейн'),
  ('0b60f2f36d56c2b580eec6108e8bfc86620b2e3d', 'Андрей Тарковский'),
  ('0b60f2f3f5f5e3fe37eacb8c2559603799ee8d2c', 'Станислав Лем'),
  ('0b60f2f3aade6adb05ad825248a54200aa1862f8', 'Александр Мишарин'),
  ('0b60f2f3605e729a9ed4cf70216a5e7f74bf4e50', 'Андрей Кончаловский'),
  ('0b60f2f31e716ff5acef5a8d3a92ec996138cf14', 'Валентин Ежов'),
  ('0b60f2f35acea6df5327e99dd17a782debb89e9c', 'Рустам Ибрагимбеков'),
  ('0b60f2f3ca8b1d36049dc6a26d053bfb81f6783b', 'Виктор Розов'),
  ('0b60f2f324abaf9c7807ac7d65a5108648318227', 'Нина Агаджанова'),
  ('0b60f2f325dd690a1e15f8a136f7c13bda9bb446', 'Георгий Данелия'),
  ('0b60f2f3dde217f8dc127c3d159daa7ee580d6b1', 'Виктория Токарева'),
  ('0b60f2f3bb281e1bbb2400f97eb8e3b1da64fb87', 'Алексей Балабанов'),
  ('0b60f2f3f18ae75d3e52145b20c6ae69234791b0', 'Сергей Лукьяненко'),
  ('0b60f2f3b54f9a368305c391903cd8f4d6ab944f', 'Тимур Бекмамбетов'),
  ('0b60f2f3099556ed947c625256d50f3b04e3aaec', 'Алесь Адамович'),
  ('0b60f2f36cfbbdd09bbc9500ebbc9d421804a264', 'Элем Климов'),
  ('0b60f2f34857924a60f679fe19d169fc857535ae', 'Реваз Габриадзе'),
  ('0b60f2f37e305bb42e950a02ba1cb32ac22106a7', 'Сергей Козлов'),
  ('0b60f2f3660f21a8db746d2bbb500b8587869ff4', 'Наталья Бортко'),
  ('0b60f2f377f5dfdd3071af0b3198920975888213', 'Никита Михалков'),
  ('0b60f2f380e0d69f11702b78d1fd37d6be09b6f4', 'Pat Proft'),
  ('0b60f2f35685b70adb9abae95fdea0daea192d18', 'Leonard Ripps'),
  ('0b60f2f3a304a3a743842c61bc0793f52f5ff120', 'Bruce Vilanch'),
  ('0b60f2f37db4978800b9a707c5700d850513b767', 'George Lucas'),
  ('0b60f2f3a0cfce9b5d20624f1ad8fd99f99089b5', 'Gloria Katz'),
  ('0b60f2f337513bf4b8cd8cc1c7b7ff77e04af626', 'Willard Huyck'),
  ('0b60f2f35543ddb29a44be18bdb02f744ba294de', 'Walter Murch'),
  ('0b60f2f31f6d0d9865db57fab5628742e0182f83', 'Lawrence Kasdan'),
  ('0b60f2f39b8784c96e45d1317c72438f5db000b8', 'Philip Kaufman'),
  ('0b60f2f317ec264ecc48b35f7276aff4e04ece9c', 'Jeffrey Boam'),
  ('0b60f2f38daf4bded62a7ffbe1445689589e14de', 'Menno Meyjes'),
  ('0b60f2f32f55ce8a469aa1a7eced57f02b509a97', 'Herman J. Mankiewicz'),
  ('0b60f2f3efa9242c9827497ba963310087e65313', 'Orson Welles'),
  ('0b60f2f36b749b577529b07b9e5132d5f55a46d3', 'Roberto Orci'),
  ('0b60f2f393effa5f18aeaa1f9aa6d06f4c9c450e', 'Alex Kurtzman'),
  ('0b60f2f393b8521db2a971b81ff83ae72e7cf831', 'Gene Roddenberry'),
  ('0b60f2f3ea5a1995640030c455304d140e316c89', 'Eric Roth'),
  ('0b60f2f37e0b0b5e14c1449a8949ee38423911f8', 'Bradley Cooper'),
  ('0b60f2f35b4ce2e4db22f7e2cc96144cb8c9d35c', 'Will Fetters'),
  ('0b60f2f37db38b15dc7ff4aeaf30bf043ffc299d', 'Moss Hart'),
  ('0b60f2f3d7395b50933a28473b9bdd2d1dcc9632', 'Dorothy Parker'),
  ('0b60f2f3a1158c5a2f34971ec2cd7f31abda21c0', 'Alan Campbell'),
  ('0b60f2f38188765a8182010b8fb48d9f4b3e1806', 'Robert Carson'),
  ('0b60f2f3163de109d68f419a4ec4661e39baa739', 'Jane Goldman'),
  ('0b60f2f30331bb68c80725ed096ecc9ffdd224c6', 'Matthew Vaughn'),
  ('0b60f2f37e65ad9a07e8dc827eb7cef8e6097f19', 'Neil Gaiman'),
  ('0b60f2f33ddb6ac792ad8352dc5863246f014c58', 'Todd Graff'),
  ('0b60f2f3b01c027c1304d0b260b3f8cc0410ac5b', 'Michael Showalter'),
  ('0b60f2f328d91815262c1265069e4dbeb69a1480', 'David Wain'),
  ('0b60f2f3871c6929d3413db7eaa95a3a48066c1e', 'Len Blum'),
  ('0b60f2f352739bba02a71729497a9b8baa75f048', 'Dan Goldberg'),
  ('0b60f2f34d524c563c5da9c452fa0e7d9dcdebae', 'Janis Allen'),
  ('0b60f2f39b910141275b65f989de7c738d6b769c', 'Harold Ramis'),
  ('0b60f2f340f3b2300f244869d02eff6bd232e01c', 'James Clavell'),
  ('0b60f2f3869fd0f6760e6de58f6be9e8899c4579', 'W.R. Burnett'),
  ('0b60f2f3624ca2cf792b16296541eaa2c7c25b04', 'Paul Brickhill'),
  ('0b60f2f32a394945a894e245bfde3e9ea4023804', 'Carl Foreman'),
  ('0b60f2f386a875ebc26bfc7d8d45fddaa5d1fae7', 'Michael Wilson'),
  ('0b60f2f3b92bf66e47499c780bc3a2054822e23c', 'Pierre Boulle'),
  ('0b60f2f3fdf2e854d509ce37b384b1a4c4ad35aa', 'Guillaume Laurant'),
  ('0b60f2f3b8bec59eff6917a78f4f2cb6bfe7cff8', 'Jean-Pierre Jeunet'),
  ('0b60f2f319ad70b7bf8a371cbe00f1fe94ed2787', 'Stanley Kubrick'),
  ('0b60f2f3669707309c5b55bf6d585d59ebb62237', 'Arthur C. Clarke'),
  ('0b60f2f398c25cbdf1c08e249e8852e70710cb60', 'Hampton Fancher'),
  ('0b60f2f33344d00ce3ed4c0b117437dff24cd40e', 'David Webb Peoples'),
  ('0b60f2f3a916e609c43abc333b89a8c537a59abc', 'Philip K. Dick'),
  ('0b60f2f3d27ec367f737577c383c7fcc93f8e5ab', 'Lilly Wachowski'),
  ('0b60f2f31139b7bb9539854538d04dff15746a8b', 'Lana Wachowski'),
  ('0b60f2f3375e8054bc981e4c0f22a929c1d63699', 'Robert Zemeckis'),
  ('0b60f2f3f049b4e588b53923ddcba9164e3d3a31', 'Bob Gale'),
  ('0b60f2f32add0c23b0f78d46faf0b9a3792fbb48', 'Andrew Stanton'),
  ('0b60f2f35b21c886cf4ecd7e0727e5c11ba9da19', 'Bob Peterson'),
  ('0b60f2f3f7cc7bdf710ef5159460288fa3374c54', 'David Reynolds'),
  ('0b60f2f3e180ffa581113970779d8c85e3f8f228', 'Daniel Gerson'),
  ('0b60f2f3adda555340f4c4e653cfad83e3d393ae', 'Pete Docter'),
  ('0b60f2f3452d7bfd43ef14914d5b69cf41bd430b', 'Илья Ветров'),
  ('0b60f2f383303a69af0fbdd1924a004a23b6f299', 'Ida Marsh');
-- A person called 'N/A' is nobody, whatever links to it.
INSERT INTO writers (id, name) VALUES ('0b60f2f3c363dd0fff20a8d3d4f3740e8027435f', 'N/A');
-- So is one called 'None',
INSERT INTO writers (id, name) VALUES ('0b60f2f378c3a1be8fbc6348ff6ad1fddefd8ff7', 'None');
-- one with an empty name,
INSERT INTO writers (id, name) VALUES ('0b60f2f33c6080810ac1e4e0667cdf4afc93ff1a', '');
-- and one without a name.
INSERT INTO writers (id, name) VALUES ('0b60f2f3b53b4fe1f838f4b0c3f99a5fd79df0a0', NULL);
-- A name that merely looks alike (a blank more than 'J.J. Abrams'). A suspect, not merged.
INSERT INTO writers (id, name) VALUES ('0b60f2f3eb9806a56e1e80b69cc9a606b36cfe4b', 'J. J. Abrams');
-- A name with blanks around it: the same person as 'Lawrence Kasdan'.
INSERT INTO writers (id, name) VALUES ('0b60f2f32c2abb947b09d540f743bed1b57665fc', ' Lawrence Kasdan ');
-- The same name in another Unicode form (NFD): the same person as 'Леонид Гайдай'.
INSERT INTO writers (id, name) VALUES ('0b60f2f3b8ce7347029291041b6822c28042e9a2', 'Леонид Га' || char(0x0438, 0x0306) || 'да' || char(0x0438, 0x0306));

-- Actors.
INSERT INTO actors (id, name) VALUES
  (1, 'Марк Хэмилл'),
  (2, 'Харрисон Форд'),
  (3, 'Кэрри Фишер'),
  (4, 'Алек Гиннесс'),
  (5, 'Билли Ди Уильямс'),
  (6, 'Лиам Нисон'),
  (7, 'Юэн Макгрегор'),
  (8, 'Натали Портман'),
  (9, 'Джейк Ллойд'),
  (10, 'Хайден Кристенсен'),
  (11, 'Кристофер Ли'),
  (12, 'Иэн Макдермид'),
  (13, 'Дейзи Ридли'),
  (14, 'Джон Бойега'),
  (15, 'Оскар Айзек'),
  (16, 'Фелисити Джонс'),
  (17, 'Диего Луна'),
  (18, 'Алан Тьюдик'),
  (19, 'Мадс Миккельсен'),
  (20, 'Юрий Яковлев'),
  (21, 'Леонид Куравлёв'),
  (22, 'Александр Демьяненко'),
  (23, 'Наталья Селезнёва'),
  (25, 'Юрий Никулин'),
  (26, 'Андрей Миронов'),
  (27, 'Анатолий Папанов'),
  (28, 'Нина Гребешкова'),
  (30, 'Наталья Варлей'),
  (31, 'Владимир Этуш'),
  (32, 'Георгий Вицин'),
  (33, 'Евгений Моргунов'),
  (34, 'Вера Алентова'),
  (35, 'Алексей Баталов'),
  (36, 'Ирина Муравьёва'),
  (37, 'Раиса Рязанова'),
  (38, 'Барбара Брыльска'),
  (39, 'Андрей Мягков'),
  (40, 'Эльдар Рязанов'),
  (41, 'Александр Кайдановский'),
  (42, 'Анатолий Солоницын'),
  (43, 'Николай Гринько'),
  (44, 'Алиса Фрейндлих'),
  (45, 'Наталья Бондарчук'),
  (46, 'Донатас Банионис'),
  (47, 'Юри Ярвет'),
  (48, 'Маргарита Терехова'),
  (49, 'Олег Янковский'),
  (50, 'Филипп Янковский'),
  (51, 'Иван Лапиков'),
  (52, 'Анатолий Кузнецов'),
  (53, 'Павел Луспекаев'),
  (54, 'Спартак Мишулин'),
  (55, 'Татьяна Самойлова'),
  (56, 'Василий Меркурьев'),
  (57, 'Александр Антонов'),
  (58, 'Владимир Барский'),
  (59, 'Григорий Александров'),
  (60, 'Светлана Немоляева'),
  (61, 'Олег Басилашвили'),
  (62, 'Евгений Леонов'),
  (63, 'Савелий Крамаров'),
  (64, 'Сергей Бодров мл.'),
  (65, 'Виктор Сухоруков'),
  (66, 'Светлана Письмиченко'),
  (67, 'Константин Хабенский'),
  (68, 'Владимир Меньшов'),
  (69, 'Мария Порошина'),
  (70, 'Алексей Кравченко'),
  (71, 'Ольга Миронова'),
  (72, 'Станислав Любшин'),
  (73, 'Леван Габриадзе'),
  (74, 'Мария Виноградова'),
  (75, 'Вячеслав Невинный'),
  (76, 'Евгений Евстигнеев'),
  (77, 'Борис Плотников'),
  (78, 'Владимир Толоконников'),
  (79, 'Никита Михалков'),
  (80, 'Олег Меньшиков'),
  (81, 'Ингеборга Дапкунайте'),
  (82, 'Mark Hamill'),
  (83, 'Harrison Ford'),
  (84, 'Carrie Fisher'),
  (85, 'Anthony Daniels'),
  (87, 'Richard Dreyfuss'),
  (88, 'Ron Howard'),
  (89, 'Paul Le Mat'),
  (90, 'Robert Duvall'),
  (91, 'Donald Pleasence'),
  (92, 'Maggie McOmie'),
  (93, 'Karen Allen'),
  (94, 'Paul Freeman'),
  (95, 'John Rhys-Davies'),
  (96, 'Sean Connery'),
  (97, 'Alison Doody'),
  (98, 'Orson Welles'),
  (99, 'Joseph Cotten'),
  (100, 'Dorothy Comingore'),
  (101, 'Agnes Moorehead'),
  (102, 'Chris Pine'),
  (103, 'Zachary Quinto'),
  (104, 'Leonard Nimoy'),
  (105, 'Eric Bana'),
  (106, 'Lady Gaga'),
  (107, 'Bradley Cooper'),
  (108, 'Sam Elliott'),
  (109, 'Judy Garland'),
  (110, 'James Mason'),
  (111, 'Jack Carson'),
  (112, 'Janet Gaynor'),
  (113, 'Fredric March'),
  (114, 'Adolphe Menjou'),
  (115, 'Charlie Cox'),
  (116, 'Claire Danes'),
  (117, 'Michelle Pfeiffer'),
  (118, 'Robert De Niro'),
  (120, 'Daniel Letterle'),
  (121, 'Joanna Chilcoat'),
  (122, 'Anna Kendrick'),
  (123, 'Janeane Garofalo'),
  (124, 'David Hyde Pierce'),
  (125, 'Michael Showalter'),
  (126, 'Bill Murray'),
  (127, 'Harvey Atkin'),
  (128, 'Kate Lynch'),
  (129, 'Steve McQueen'),
  (130, 'James Garner'),
  (131, 'Richard Attenborough'),
  (132, 'Charles Bronson'),
  (133, 'William Holden'),
  (134, 'Alec Guinness'),
  (135, 'Jack Hawkins'),
  (136, 'Audrey Tautou'),
  (137, 'Mathieu Kassovitz'),
  (138, 'Rufus'),
  (139, 'Keir Dullea'),
  (140, 'Gary Lockwood'),
  (141, 'William Sylvester'),
  (142, 'Rutger Hauer'),
  (143, 'Sean Young'),
  (144, 'Keanu Reeves'),
  (145, 'Laurence Fishburne'),
  (146, 'Carrie-Anne Moss'),
  (147, 'Hugo Weaving'),
  (148, 'Michael J. Fox'),
  (149, 'Christopher Lloyd'),
  (150, 'Lea Thompson'),
  (151, 'Albert Brooks'),
  (152, 'Ellen DeGeneres'),
  (153, 'Alexander Gould'),
  (154, 'Billy Crystal'),
  (155, 'John Goodman'),
  (156, 'Mary Gibbs'),
  (157, 'Edward Asner'),
  (158, 'Jordan Nagai'),
  (159, 'Bob Peterson'),
  (160, 'Павел Снегирёв'),
  (161, 'Анна Лесная'),
  (162, 'Nora Quill'),
  (163, 'Amos Reed');
-- The same name in another Unicode form: и and a combining breve instead of й.
INSERT INTO actors (id, name) VALUES (24, 'Андре' || char(0x0438, 0x0306) || ' Миронов');
-- The same name with two blanks inside.
INSERT INTO actors (id, name) VALUES (29, 'Юрий  Никулин');
-- The same name with a no-break blank inside.
INSERT INTO actors (id, name) VALUES (86, 'Harrison' || char(0x00A0) || 'Ford');
-- An accent as a combining mark: stored as one letter ú.
INSERT INTO actors (id, name) VALUES (119, 'Robin de Jesu' || char(0x0301) || 's');
-- Nobody, in the four ways of writing it: 'N/A',
INSERT INTO actors (id, name) VALUES (164, 'N/A');
-- 'None',
INSERT INTO actors (id, name) VALUES (165, 'None');
-- an empty text,
INSERT INTO actors (id, name) VALUES (166, '');
-- and NULL.
INSERT INTO actors (id, name) VALUES (167, NULL);
-- A name that merely looks alike: е instead of ё. A suspect, not merged.
INSERT INTO actors (id, name) VALUES (168, 'Леонид Куравлев');
-- A name that merely looks alike: capitals. A suspect, not merged.
INSERT INTO actors (id, name) VALUES (169, 'GEORGE LUCAS');

-- Who plays in what; the order of the rows is the order of the cast.
INSERT INTO movie_actors (movie_id, actor_id) VALUES
  ('tt0076759', '1'), ('tt0076759', '2'), ('tt0076759', '3'), ('tt0076759', '4'),
  ('tt0080684', '1'), ('tt0080684', '2'), ('tt0080684', '3'), ('tt0080684', '5'),
  ('tt0086190', '1'), ('tt0086190', '2'), ('tt0086190', '3'), ('tt0086190', '5'),
  ('tt0120915', '6'), ('tt0120915', '7'), ('tt0120915', '8'), ('tt0120915', '9'),
  ('tt0121765', '10'), ('tt0121765', '8'), ('tt0121765', '7'), ('tt0121765', '11'),
  ('tt0121766', '10'), ('tt0121766', '8'), ('tt0121766', '7'), ('tt0121766', '12'),
  ('tt2488496', '13'), ('tt2488496', '14'), ('tt2488496', '15'), ('tt2488496', '2'), ('tt2488496', '1'),
  ('tt3748528', '16'), ('tt3748528', '17'), ('tt3748528', '18'), ('tt3748528', '19'),
  ('tt0070233', '20'), ('tt0070233', '21'), ('tt0070233', '22'), ('tt0070233', '23'),
  ('tt0062759', '25'), ('tt0062759', '26'), ('tt0062759', '27'), ('tt0062759', '28'),
  ('tt0060584', '22'), ('tt0060584', '30'), ('tt0060584', '31'),
  ('tt0059550', '22'), ('tt0059550', '25'), ('tt0059550', '32'), ('tt0059550', '33'),
  ('tt0079579', '34'), ('tt0079579', '35'), ('tt0079579', '36'), ('tt0079579', '37'),
  ('tt0073179', '38'), ('tt0073179', '39'), ('tt0073179', '20'), ('tt0073179', '40'),
  ('tt0079944', '41'), ('tt0079944', '42'), ('tt0079944', '43'), ('tt0079944', '44'),
  ('tt0069293', '45'), ('tt0069293', '46'), ('tt0069293', '47'), ('tt0069293', '42'),
  ('tt0072443', '48'), ('tt0072443', '49'), ('tt0072443', '50'),
  ('tt0060107', '42'), ('tt0060107', '51'), ('tt0060107', '43'),
  ('tt0066565', '52'), ('tt0066565', '53'), ('tt0066565', '54'),
  ('tt0050634', '55'), ('tt0050634', '35'), ('tt0050634', '56'),
  ('tt0015648', '57'), ('tt0015648', '58'), ('tt0015648', '59'),
  ('tt0076727', '44'), ('tt0076727', '39'), ('tt0076727', '60'), ('tt0076727', '61'),
  ('tt0068519', '62'), ('tt0068519', '32'), ('tt0068519', '63'),
  ('tt0118767', '64'), ('tt0118767', '65'), ('tt0118767', '66'),
  ('tt0403358', '67'), ('tt0403358', '68'), ('tt0403358', '69'),
  ('tt0091251', '70'), ('tt0091251', '71'),
  ('tt0091341', '72'), ('tt0091341', '62'), ('tt0091341', '20'), ('tt0091341', '73'),
  ('tt0073099', '35'), ('tt0073099', '74'), ('tt0073099', '75'),
  ('tt0096126', '76'), ('tt0096126', '77'), ('tt0096126', '78'),
  ('tt0111579', '79'), ('tt0111579', '80'), ('tt0111579', '81'),
  ('tt0193524', '82'), ('tt0193524', '83'), ('tt0193524', '84'), ('tt0193524', '85'),
  ('tt10277930', '83'), ('tt10277930', '82'),
  ('tt0069704', '87'), ('tt0069704', '88'), ('tt0069704', '89'),
  ('tt0066434', '90'), ('tt0066434', '91'), ('tt0066434', '92'),
  ('tt0082971', '83'), ('tt0082971', '93'), ('tt0082971', '94'), ('tt0082971', '95'),
  ('tt0097576', '83'), ('tt0097576', '96'), ('tt0097576', '97'),
  ('tt0033467', '98'), ('tt0033467', '99'), ('tt0033467', '100'), ('tt0033467', '101'),
  ('tt0796366', '102'), ('tt0796366', '103'), ('tt0796366', '104'), ('tt0796366', '105'),
  ('tt1517451', '106'), ('tt1517451', '107'), ('tt1517451', '108'),
  ('tt0047522', '109'), ('tt0047522', '110'), ('tt0047522', '111'),
  ('tt0029606', '112'), ('tt0029606', '113'), ('tt0029606', '114'),
  ('tt0486655', '115'), ('tt0486655', '116'), ('tt0486655', '117'), ('tt0486655', '118'),
  ('tt0342167', '120'), ('tt0342167', '121'), ('tt0342167', '122'),
  ('tt0243655', '123'), ('tt0243655', '124'), ('tt0243655', '125'),
  ('tt0079540', '126'), ('tt0079540', '127'), ('tt0079540', '128'),
  ('tt0057115', '129'), ('tt0057115', '130'), ('tt0057115', '131'), ('tt0057115', '132'),
  ('tt0050212', '133'), ('tt0050212', '134'), ('tt0050212', '135'),
  ('tt0211915', '136'), ('tt0211915', '137'), ('tt0211915', '138'),
  ('tt0062622', '139'), ('tt0062622', '140'), ('tt0062622', '141'),
  ('tt0083658', '83'), ('tt0083658', '142'), ('tt0083658', '143'),
  ('tt0133093', '144'), ('tt0133093', '145'), ('tt0133093', '146'), ('tt0133093', '147'),
  ('tt0088763', '148'), ('tt0088763', '149'), ('tt0088763', '150'),
  ('tt0266543', '151'), ('tt0266543', '152'), ('tt0266543', '153'),
  ('tt0198781', '154'), ('tt0198781', '155'), ('tt0198781', '156'),
  ('tt1049413', '157'), ('tt1049413', '158'), ('tt1049413', '159'),
  ('tt9900001', '160'), ('tt9900001', '161'),
  ('tt9900002', '160'),
  ('tt9900003', '161'),
  ('tt9900004', '160'),
  ('tt9900005', '162'), ('tt9900005', '163'),
  ('tt9900006', '162'),
  ('tt9900007', '163'),
  ('tt9900008', '162'),
  ('tt9900009', '161'),
  ('tt9900010', '160'), ('tt9900010', '161'),
  ('tt9900011', '163'),
  ('tt9900012', '162'),
  ('tt9900013', '163'), ('tt9900013', '162');
-- An actor of this film once more under a row whose name has a decomposed й (NFD): one person, credited once.
INSERT INTO movie_actors (movie_id, actor_id) VALUES ('tt0062759', '24');
-- The same name with two blanks inside: the same person as 'Юрий Никулин'.
INSERT INTO movie_actors (movie_id, actor_id) VALUES ('tt0060584', '29');
-- The same name with a no-break blank: the same person as 'Harrison Ford'.
INSERT INTO movie_actors (movie_id, actor_id) VALUES ('tt0069704', '86');
-- A duplicate row.
INSERT INTO movie_actors (movie_id, actor_id) VALUES ('tt0097576', '83');
-- The same duplicate once more.
INSERT INTO movie_actors (movie_id, actor_id) VALUES ('tt0097576', '83');
-- An accent written as a combining mark (NFD).
INSERT INTO movie_actors (movie_id, actor_id) VALUES ('tt0342167', '119');
-- An actor called 'N/A' is nobody, whatever links to it.
INSERT INTO movie_actors (movie_id, actor_id) VALUES ('tt9900003', '164');
-- So is one called 'None',
INSERT INTO movie_actors (movie_id, actor_id) VALUES ('tt9900004', '165');
-- one with an empty name,
INSERT INTO movie_actors (movie_id, actor_id) VALUES ('tt9900005', '166');
-- and one without a name.
INSERT INTO movie_actors (movie_id, actor_id) VALUES ('tt9900006', '167');
-- A link to no actor: nobody has this id.
INSERT INTO movie_actors (movie_id, actor_id) VALUES ('tt9900007', '99999');
-- A link without an actor.
INSERT INTO movie_actors (movie_id, actor_id) VALUES ('tt9900007', '');
-- A link to no film.
INSERT INTO movie_actors (movie_id, actor_id) VALUES ('tt9999999', '162');
-- A look-alike, see actors.
INSERT INTO movie_actors (movie_id, actor_id) VALUES ('tt9900010', '168');
-- A look-alike, see actors.
INSERT INTO movie_actors (movie_id, actor_id) VALUES ('tt9900013', '169');

COMMIT;
